"""Family ties of an auction organisation: its files are excluded, no contract is signed with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec import structs
from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.auctioneers import ties
from auction.auctioneers.commands.calls import add_applicant
from auction.auctioneers.commands.choosing import cancel_choice, choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.queries import get_call
from auction.auctioneers.rules import Exclusion, MayNotBeChosen, OrganisationKind, Way
from auction.auctioneers.schemas import NewApplicant, NewCancel, NewChoice, NewTie, TieEnd
from auction.auctioneers.ties import RULE, declare_tie, end_tie, ties_of
from auction.deadlines.commands import set_deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.firms.rules import EndedAlready, TiedTo
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from tests.auction.rest import Caller
from tests.make.announcing import make_auction_house, make_call, new_contract
from tests.make.auction import make_formed_lot
from tests.make.inventory import make_case
from tests.make.organisation import People

TODAY = date(2026, 11, 23)
OLD = datetime(2026, 6, 22, 2, tzinfo=UTC)
TIE = {
    "person": "Phạm Văn Gõ",
    "tied_to": TiedTo.HEAD,
    "tied_name": "Người thử head",
    "officer": "T-head",
    "source": "Bản khai ngày 20/11/2026",
    "declared_on": date(2026, 11, 2),
}


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    made = make_formed_lot(session, people, at=at, contracted=False)
    make_auction_house(session, people, at=at)
    return made


def tied(session: Session, people: People, at: datetime, **said: Any) -> int:
    return declare_tie(session, people.officer, "0101", NewTie(**{**TIE, **said}), at=at).id


@pytest.mark.parametrize("whom", [TiedTo.HEAD, TiedTo.OFFICER, TiedTo.DEBTOR])
def test_the_file_of_a_tied_organisation_is_kept_and_excluded_with_the_article(
    session: Session, people: People, lot: Lot, at: datetime, whom: TiedTo
) -> None:
    case = make_case(session, people.officer, "99/QĐ", at=at)
    case.officer_id = people.officer.staff_id
    session.get_one(Asset, assets_of_lot(session, lot.id)[0].id).case_id = case.id
    codes = {TiedTo.HEAD: "T-head", TiedTo.OFFICER: "T-officer"}
    tied(session, people, at, tied_to=whom, officer=codes.get(whom), case_number="99/QĐ")
    days = {"published": date(2026, 11, 16), "until": date(2026, 11, 20)}
    call = make_call(session, people, lot, {}, **days, at=at)
    new = NewApplicant(organisation="0101", received_on=date(2026, 11, 17))
    kept = add_applicant(session, people.officer, call.reference, new, at=at)
    assert (kept.excluded_why, kept.article) == ("kinship", "C02/22 Art. 7")
    assert "Bản khai" in str(kept.excluded_words)


@pytest.mark.parametrize("law", ["old", "new"])
def test_no_contract_is_signed_with_a_tied_organisation_under_either_law(
    session: Session, people: People, at: datetime, law: str
) -> None:
    then, value = (OLD, 9_000_000) if law == "old" else (at, 10**9)
    lot = make_formed_lot(session, people, value, at=at, contracted=False)
    if law == "old":
        session.execute(update(Valuation).values(valued_on=date(2026, 6, 15)))
    make_auction_house(session, people, at=then, kind=OrganisationKind.CENTRE)
    tied(session, people, then, declared_on=date(2026, 6, 1))
    day = then.date() if law == "old" else TODAY
    if law == "new":
        lot_due = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
        began = date(2026, 10, 1)
        set_deadline(session, people.officer, "auction_contract_due", began, lot_due, at=at)
    way = Way.NAMED_BY_PARTIES if law == "old" else Way.LOCAL_CENTRE
    said: dict[str, Any] = {"way": way, "organisation": "0101", "way_document": "BB", "way_on": day}
    said["starting_price"] = Decimal(value)
    with pytest.raises(MayNotBeChosen) as refused:
        sign_contract(session, people.officer, lot.reference, new_contract(day, **said), at=then)
    assert refused.value.article == "C02/22 Art. 7"
    assert refused.value.params["source"] == TIE["source"]


def applied(session: Session, people: People, lot: Lot, at: datetime, **points: int) -> str:
    """A call whose applicants have such points, none of them tied yet."""
    for code in points:
        if code != "o0101":
            make_auction_house(session, people, code.removeprefix("o"), at=at)
    named = {code.removeprefix("o"): each for code, each in points.items()}
    days = {"published": date(2026, 11, 16), "until": date(2026, 11, 20)}
    return make_call(session, people, lot, named, **days, at=at).reference


def test_a_tie_found_after_the_file_bars_the_choice_which_says_who_is_next(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    call = applied(session, people, lot, at, o0101=9, o0102=7, o0103=8)
    tied(session, people, at)
    new = NewChoice(organisation="0101", chosen_on=TODAY)
    with pytest.raises(MayNotBeChosen) as refused:
        choose_organisation(session, people.officer, call, new, at=at)
    assert (refused.value.article, refused.value.params["rule"]) == ("C02/22 Art. 7", "org_kinship")
    assert refused.value.params["next"] == "Tổ chức đấu giá 0103"
    new = NewChoice(organisation="0103", chosen_on=TODAY)
    choose_organisation(session, people.officer, call, new, at=at)
    first = get_call(session, people.officer, call).applicants[0]
    assert (first.excluded_why, first.article) == (Exclusion.KINSHIP, "C02/22 Art. 7")


def test_where_only_a_tied_organisation_applied_nobody_is_next(
    session: Session, people: People, lot: Lot, at: datetime, browse_as: Callable[[str], TestClient]
) -> None:
    call = applied(session, people, lot, at, o0101=9)
    own = f"/calls/{call}"
    officer = browse_as("officer")
    assert "điểm cao nhất</span>" in officer.get(own).text
    tied(session, people, at)
    page = officer.get(own).text
    assert "điểm cao nhất</span>" not in page
    assert "Bản khai ngày 20/11/2026" in page
    new = NewChoice(organisation="0101", chosen_on=TODAY)
    with pytest.raises(MayNotBeChosen) as refused:
        choose_organisation(session, people.officer, call, new, at=at)
    assert "next" not in refused.value.params


def test_a_choice_is_cancelled_for_a_tie_that_came_to_light_after_it(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    call = applied(session, people, lot, at, o0101=9, o0102=7)
    new = NewChoice(organisation="0101", chosen_on=TODAY)
    choose_organisation(session, people.officer, call, new, at=at)
    tied(session, people, at)
    found = NewCancel(cancelled_on=TODAY, reason="Phát hiện quan hệ thân thích")
    cancel_choice(session, people.officer, call, found, at=at)
    first = get_call(session, people.officer, call).applicants[0]
    assert (first.excluded_why, first.article) == (Exclusion.KINSHIP, "C02/22 Art. 7")
    new = NewChoice(organisation="0102", chosen_on=TODAY)
    choose_organisation(session, people.officer, call, new, at=at)


def test_a_choice_is_cancelled_on_its_day_or_later(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """Not on a day whose law knows no ground for it."""
    call = applied(session, people, lot, at, o0101=9)
    new = NewChoice(organisation="0101", chosen_on=TODAY)
    choose_organisation(session, people.officer, call, new, at=at)
    tied(session, people, at, declared_on=date(2021, 1, 4))
    for day in (date(2021, 6, 1), date(2026, 11, 22)):
        early = NewCancel(cancelled_on=day, reason="Phát hiện quan hệ thân thích")
        with pytest.raises(Invalid) as refused:
            cancel_choice(session, people.officer, call, early, at=at)
        assert set(refused.value.fields) == {"cancelled_on"}


def test_where_the_law_of_the_day_bars_no_tie_none_excludes_by_itself(
    session: Session, people: People, lot: Lot, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = applied(session, people, lot, at, o0101=9)
    new = NewChoice(organisation="0101", chosen_on=TODAY)
    choose_organisation(session, people.officer, call, new, at=at)
    tied(session, people, at)
    ended = structs.replace(rule_on(session, RULE, TODAY), valid_to=date(2026, 11, 15))
    monkeypatch.setattr(ties, "rules_in_use", lambda *_said: [ended])
    found = NewCancel(cancelled_on=TODAY, reason="Kê khai sai")
    cancel_choice(session, people.officer, call, found, at=at)
    (first,) = get_call(session, people.officer, call).applicants
    assert (first.excluded_why, first.article) == (Exclusion.UNTRUE, "C02/22 Art. 6(2)")


def test_a_tie_that_ended_or_of_other_cases_bars_nothing(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    make_case(session, people.officer, "77/QĐ", at=at)
    tied(session, people, at, tied_to=TiedTo.DEBTOR, officer=None, case_number="77/QĐ")
    number = tied(session, people, at)
    with pytest.raises(Invalid):
        end_tie(session, people.officer, "0101", number, TieEnd(on=date(2026, 11, 1)), at=at)
    end_tie(session, people.officer, "0101", number, TieEnd(on=date(2026, 11, 3)), at=at)
    with pytest.raises(EndedAlready):
        end_tie(session, people.officer, "0101", number, TieEnd(on=date(2026, 11, 4)), at=at)
    days = {"published": date(2026, 11, 16), "until": date(2026, 11, 20)}
    call = make_call(session, people, lot, {}, **days, at=at)
    new = NewApplicant(organisation="0101", received_on=date(2026, 11, 17))
    assert add_applicant(session, people.officer, call.reference, new, at=at).article is None


def test_a_tie_names_its_case_or_officer_and_is_seen_by_its_own_office(
    session: Session, people: People, lot: Lot, become: Callable[[Actor], Actor], at: datetime
) -> None:
    for said in ({"officer": None}, {"tied_to": TiedTo.CREDITOR}):
        with pytest.raises(Invalid):
            tied(session, people, at, **said)
    with pytest.raises(NotFound):
        tied(session, people, at, officer="nobody")
    number = tied(session, people, at)
    house = lot.office_id and ties_of(session, people.officer, 0)
    assert house == []
    foreign = become(people.foreign_officer)
    with pytest.raises(NotFound):
        end_tie(session, foreign, "0101", number, TieEnd(on=TODAY), at=at)


def test_ties_have_their_place_on_the_page_and_over_rest(
    lot: Lot, browse_as: Callable[[str], TestClient], call_as: Callable[[str], Caller]
) -> None:
    officer, own = browse_as("officer"), "/auctioneers/0101"
    said = {**TIE, "tied_to": "head", "declared_on": "2026-11-02"}
    assert officer.post(f"{own}/ties", data={**said, "source": ""}).status_code == 422
    assert officer.post(f"{own}/ties", data=said).headers["location"] == own
    page = officer.get(own).text
    assert "Bản khai ngày 20/11/2026" in page
    assert "Điều 7" in page
    caller = call_as("head")
    (tie,) = caller.get(f"{own}/ties").json()
    assert tie["tied_to"] == "head"
    assert officer.post(f"{own}/ties/{tie['id']}/end", data={"on": "2026-11-23"}).status_code == 303
    assert call_as("foreign_officer").get(f"{own}/ties").json() == []

"""The contract with an auction organisation, under both laws."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands.changing import append_contract, end_contract
from auction.auctioneers.commands.choosing import cancel_choice, choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.commands.register import change_listing
from auction.auctioneers.queries import (
    call_of_lot,
    contract_in_force,
    contracts_of_lot,
    count_waiting,
    get_call,
)
from auction.auctioneers.rules import (
    ClauseMissing,
    ContractEnded,
    ContractIncomplete,
    ContractInForce,
    ContractLate,
    ContractNumberTaken,
    EndKind,
    Exclusion,
    OrganisationKind,
    Way,
    WayNotOpen,
)
from auction.auctioneers.schemas import (
    NewAppendix,
    NewCancel,
    NewChoice,
    NewEnd,
    NewListing,
)
from auction.deadlines.commands import meet_by_act, set_deadline, void_deadlines
from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineSubject
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.valuations.commands.notice import tell_parties
from auction.valuations.models import Valuation
from auction.valuations.schemas import NewPriceNotice
from inventory.base.actor import Actor
from inventory.base.errors import DomainError, Forbidden, NotFound
from tests.make.announcing import make_auction_house, make_call, make_chosen, new_contract
from tests.make.auction import make_formed_lot
from tests.make.organisation import People
from tests.make.told import notice_was_told

Become = Callable[[Actor], Actor]
TODAY = date(2026, 11, 23)
OLD_DAY = date(2026, 6, 22)
OLD = datetime(2026, 6, 22, 2, tzinfo=UTC)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot for which 0101 was chosen."""
    made = make_formed_lot(session, people, at=at, contracted=False)
    make_auction_house(session, people, at=at)
    days = {"published": date(2026, 11, 16), "until": date(2026, 11, 20)}
    call = make_call(session, people, made, {"0101": 8}, **days, at=at)
    choice = NewChoice(organisation="0101", chosen_on=TODAY)
    choose_organisation(session, people.officer, call.reference, choice, at=at)
    return made


@pytest.fixture
def old_lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot of small things, valued before the law changed."""
    made = make_formed_lot(session, people, 9_000_000, at=at, contracted=False, told=False)
    for valuation in session.scalars(select(Valuation)):
        valuation.valued_on = date(2026, 6, 15)
        notice_was_told(session, valuation, on=date(2026, 6, 16), until=date(2026, 6, 23))
    make_auction_house(session, people, at=at)
    session.flush()
    return made


def sign(session: Session, people: People, lot: Lot, at: datetime, **said: object):
    facts = {"signed_on": TODAY, "organisation": "0101"}
    new = new_contract(**{**facts, **said})
    return sign_contract(session, people.officer, lot.reference, new, at=at)


def test_the_chosen_organisation_gets_the_contract_and_the_auction_is_due(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    made = sign(session, people, lot, at)
    assert (made.article, made.call_id is not None) == ("L25 Art. 83(2)a", True)
    assets = [one.id for one in assets_of_lot(session, lot.id)]
    assert {one.state for one in standing_of(session, assets).values()} == {State.CONTRACTED}
    due = {
        d.rule_key: d.due_on for d in deadlines_of(session, people.officer, "lot", lot.reference)
    }
    assert due["auction_hold_due"] == date(2026, 12, 23)
    assert contract_in_force(session, people.officer, lot.id) is not None
    with pytest.raises(ContractInForce):
        sign(session, people, lot, at, number="16/HĐ-ĐG")


CLAUSES = [
    ({"pause_clause": False}, {"pause_clause"}),
    ({"stop_clause": False}, {"stop_clause"}),
    ({"pause_clause": False, "stop_clause": False}, {"pause_clause", "stop_clause"}),
]


@pytest.mark.parametrize(("said", "fields"), CLAUSES)
def test_a_contract_without_the_pause_and_stop_clauses_is_refused(
    session: Session, people: People, lot: Lot, at: datetime, said, fields: set[str]
) -> None:
    with pytest.raises(ClauseMissing) as refused:
        sign(session, people, lot, at, **said)
    assert refused.value.article == "L25 Art. 84(3)"
    assert set(refused.value.fields) == fields


def test_before_the_law_of_2025_the_clauses_are_not_asked_for(
    session: Session, people: People, old_lot: Lot
) -> None:
    made = sign(
        session,
        people,
        old_lot,
        OLD,
        signed_on=OLD_DAY,
        way=Way.NAMED_BY_PARTIES,
        way_document="Biên bản thỏa thuận 20/6/2026",
        way_on=date(2026, 6, 20),
        starting_price=Decimal(9_000_000),
        pause_clause=False,
        stop_clause=False,
    )
    assert made.article == "L08 Art. 101(2)"


WAYS_NEW = [
    ({"way": Way.NAMED_BY_PARTIES, "way_document": "Biên bản", "way_on": TODAY}, "L25 Art. 83(2)a"),
    ({"way": Way.OFFICER, "organisation": None}, "L25 Art. 83(2)a"),
    ({"way": Way.LOCAL_CENTRE}, "L25 Art. 83(2)a"),
    ({"organisation": "0102"}, "C02/22 Art. 3; PA16 Art. 56(4)"),
]


@pytest.mark.parametrize(("said", "article"), WAYS_NEW)
def test_ways_that_the_new_law_does_not_open(
    session: Session, people: People, lot: Lot, at: datetime, said, article: str
) -> None:
    make_auction_house(session, people, "0102", at=at)
    with pytest.raises(WayNotOpen) as refused:
        sign(session, people, lot, at, **said)
    assert refused.value.article == article
    assert refused.value.params["rule"]


def test_by_the_old_law_the_officer_auctions_small_movables_himself(
    session: Session, people: People, old_lot: Lot
) -> None:
    said = {"signed_on": OLD_DAY, "way": Way.OFFICER, "organisation": None, "number": "1/QĐ"}
    with pytest.raises(WayNotOpen) as refused:
        sign(session, people, old_lot, OLD, **said, starting_price=Decimal(10_000_001))
    assert (refused.value.params["least"], refused.value.params["most"]) == (2_000_000, 10_000_000)
    made = sign(session, people, old_lot, OLD, **said, starting_price=Decimal(9_000_000))
    assert (made.organisation_id, made.article) == (None, "L08 Art. 101(3)")


def test_who_left_the_list_of_the_ministry_after_the_choice_gets_no_contract(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    later = datetime(2026, 11, 25, 2, tzinfo=UTC)
    gone = NewListing(listed_from=date(2020, 1, 1), listed_to=TODAY)
    change_listing(session, people.officer, "0101", gone, at=at)
    with pytest.raises(WayNotOpen) as refused:
        sign(session, people, lot, later, signed_on=date(2026, 11, 25))
    assert refused.value.article == "C02/22 Art. 3; PA16 Art. 56(4)"
    call = call_of_lot(session, people.officer, lot.id) or ""
    new = NewCancel(cancelled_on=date(2026, 11, 25), reason="Bị xóa khỏi danh sách")
    cancel_choice(session, people.officer, call, new, at=later)
    (applicant,) = get_call(session, people.officer, call).applicants
    assert applicant.excluded_why is Exclusion.NOT_LISTED


def due_at(session: Session, people: People, lot: Lot, started: date, at: datetime) -> date:
    subject = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    made = set_deadline(session, people.officer, "auction_contract_due", started, subject, at=at)
    return made.due_on


def test_the_local_centre_takes_over_five_working_days_after_the_limit(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    make_auction_house(session, people, "0900", at=at, kind=OrganisationKind.CENTRE)
    make_auction_house(
        session, people, "0901", at=at, kind=OrganisationKind.CENTRE, province="Cà Mau"
    )
    due = due_at(session, people, lot, date(2026, 11, 9), at)
    assert due == date(2026, 11, 16)
    said = {"way": Way.LOCAL_CENTRE, "organisation": "0900"}
    with pytest.raises(WayNotOpen) as refused:
        sign(session, people, lot, at, **said)
    assert refused.value.params["day"] == TODAY
    later = datetime(2026, 11, 25, 2, tzinfo=UTC)
    with pytest.raises(WayNotOpen):
        sign(session, people, lot, later, way=Way.LOCAL_CENTRE, signed_on=date(2026, 11, 25))
    far = {"way": Way.LOCAL_CENTRE, "organisation": "0901", "signed_on": date(2026, 11, 25)}
    with pytest.raises(WayNotOpen):
        sign(session, people, lot, later, **far)
    made = sign(session, people, lot, later, **said, signed_on=date(2026, 11, 25))
    assert made.way == Way.LOCAL_CENTRE


def test_a_late_contract_needs_a_departure_and_stays_marked_late(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    due = due_at(session, people, lot, date(2026, 11, 9), at)
    officer = count_waiting(session, people.officer, TODAY)
    assert (officer.contracts, officer.contracts_late) == (1, 1)
    with pytest.raises(ContractLate) as refused:
        sign(session, people, lot, at)
    assert (refused.value.params["due"], refused.value.article) == (due, "L25 Art. 83(2)a")
    asked = NewDeparture(
        rule_key="auction_contract_due",
        subject_kind="lot",
        subject_ref=lot.reference,
        reason="Tổ chức được chọn thay người đại diện",
    )
    departure = ask_departure(session, people.officer, asked, at=at)
    decide_departure(session, people.head, departure.id, Decision(approved=True), at=at)
    sign(session, people, lot, at)
    (shown,) = contracts_of_lot(session, people.officer, lot.id)
    assert shown.late
    met = [d.met_on for d in deadlines_of(session, people.officer, "lot", lot.reference)]
    assert TODAY in met


def met(session: Session, people: People, lot: Lot, on: date, at: datetime) -> None:
    """The limit is met on a day by something else than a contract."""
    subject = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    meet_by_act(session, people.officer, "auction_contract_due", subject, met_on=on, at=at)


def test_a_limit_that_was_called_met_says_all_the_same_that_the_contract_is_late(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    due = due_at(session, people, lot, date(2026, 11, 9), at)
    met(session, people, lot, due, at)
    with pytest.raises(ContractLate) as refused:
        sign(session, people, lot, at)
    assert refused.value.params["due"] == due


def test_a_contract_after_one_that_was_signed_in_time_is_not_late(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    due_at(session, people, lot, date(2026, 11, 16), at)
    sign(session, people, lot, at)
    met(session, people, lot, TODAY, at)
    later = datetime(2026, 11, 30, 2, tzinfo=UTC)
    end = NewEnd(kind=EndKind.AGREED, ended_on=TODAY, reason="Hai bên thỏa thuận")
    end_contract(session, people.officer, lot.reference, end, at=later)
    on = date(2026, 11, 30)
    sign(session, people, lot, later, number="16/HĐ-ĐG", signed_on=on)


@pytest.mark.parametrize("told", [False, True])
def test_without_a_day_on_which_a_contract_was_due_nothing_falls_to_the_centre(
    session: Session, people: People, at: datetime, told: bool
) -> None:
    lot = make_chosen(session, people, at=at, told=False)
    make_auction_house(session, people, "0900", at=at, kind=OrganisationKind.CENTRE)
    (asset,) = assets_of_lot(session, lot.id)
    if told:
        notice = NewPriceNotice(told_on=TODAY, told="Trần Văn Nợ")
        tell_parties(session, people.officer, asset.reference, notice, at=at)
        subject = DeadlineSubject("asset", asset.reference, lot.office_id, asset_id=asset.id)
        void_deadlines(session, people.officer, subject, None, at=at, why="hết căn cứ")
    with pytest.raises(WayNotOpen) as refused:
        sign(session, people, lot, at, way=Way.LOCAL_CENTRE, organisation="0900")
    assert (refused.value.article, set(refused.value.fields)) == ("L25 Art. 83(2)a", {"way"})
    assert refused.value.params.get("asset") == (None if told else asset.reference)


def test_what_fell_to_the_centre_once_falls_to_it_again_after_its_contract_ended(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    make_auction_house(session, people, "0900", at=at, kind=OrganisationKind.CENTRE)
    due_at(session, people, lot, date(2026, 11, 2), at)
    said = {"way": Way.LOCAL_CENTRE, "organisation": "0900"}
    sign(session, people, lot, at, **said)
    met(session, people, lot, TODAY, at)
    end = NewEnd(kind=EndKind.DONE, ended_on=TODAY, reason="Đã thực hiện xong")
    end_contract(session, people.officer, lot.reference, end, at=at)
    sign(session, people, lot, at, **said, number="16/HĐ-ĐG")


def test_without_vat_in_the_price_the_contract_says_that_the_buyer_pays_it(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    with pytest.raises(ContractIncomplete) as refused:
        sign(session, people, lot, at, vat_included=False)
    assert refused.value.article == "JC11/16 Art. 5(2)"
    sign(session, people, lot, at, vat_included=False, buyer_pays_vat=True)


def test_the_price_of_the_contract_stands_on_a_valuation_in_force(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    with pytest.raises(ContractIncomplete) as refused:
        sign(session, people, lot, at, starting_price=Decimal(999_999_999))
    with pytest.raises(ContractIncomplete):
        sign(session, people, lot, at, starting_price=Decimal(1_000_000_001))
    assert refused.value.article == "L25 Art. 82(4)"
    for valuation in session.scalars(select(Valuation)):
        valuation.valid_until = date(2026, 11, 22)
    session.flush()
    with pytest.raises(DomainError) as lapsed:
        sign(session, people, lot, at)
    assert lapsed.value.code == "certificate_expired"
    assert set(lapsed.value.fields) == {"signed_on"}


def test_a_contract_says_fee_and_organisation(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    with pytest.raises(ContractIncomplete) as refused:
        sign(
            session,
            people,
            lot,
            at,
            organisation=None,
            fee_words=None,
            signed_on=date(2026, 11, 24),
            starting_price=Decimal("0.5"),
        )
    assert set(refused.value.fields) == {"organisation", "fee", "signed_on", "starting_price"}


def test_several_contracts_follow_each_other_with_appendices_between(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    sign(session, people, lot, at)
    appendix = NewAppendix(
        number="PL1", signed_on=TODAY, starting_price=Decimal(1_000_000_000), note="Lần 2"
    )
    append_contract(session, people.officer, lot.reference, appendix, at=at)
    with pytest.raises(ContractNumberTaken):
        append_contract(session, people.officer, lot.reference, appendix, at=at)
    end = NewEnd(kind=EndKind.DONE, ended_on=TODAY, reason="Đã thực hiện xong")
    end_contract(session, people.officer, lot.reference, end, at=at)
    with pytest.raises(ContractEnded):
        end_contract(session, people.officer, lot.reference, end, at=at)
    with pytest.raises(ContractEnded):
        append_contract(session, people.officer, lot.reference, appendix, at=at)
    with pytest.raises(ContractNumberTaken):
        sign(session, people, lot, at)
    sign(session, people, lot, at, number="16/HĐ-ĐG")
    found = contracts_of_lot(session, people.officer, lot.id)
    assert [(one.number, one.ended_on) for one in found] == [
        ("16/HĐ-ĐG", None),
        ("15/HĐ-ĐG", TODAY),
    ]
    assert [one.number for one in found[1].appendices] == ["PL1"]


def test_another_office_and_a_keeper_sign_nothing(
    session: Session, people: People, lot: Lot, at: datetime, become: Become
) -> None:
    reference = lot.reference
    with pytest.raises(Forbidden):
        sign_contract(session, people.keeper, reference, new_contract(TODAY), at=at)
    foreign = become(people.foreign_officer)
    with pytest.raises(NotFound):
        sign_contract(session, foreign, reference, new_contract(TODAY), at=at)

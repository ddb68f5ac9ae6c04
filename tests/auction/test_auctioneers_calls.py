"""Choosing an auction organisation: the call, every score, ties, kinship, sanctions, the result."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.auctioneers.commands.calls import (
    add_applicant,
    exclude_applicant,
    publish_call,
    score_applicant,
)
from auction.auctioneers.commands.choosing import (
    cancel_call,
    cancel_choice,
    choose_organisation,
    publish_result,
)
from auction.auctioneers.commands.register import (
    add_auctioneer,
    change_listing,
    record_sanction,
    register_organisation,
)
from auction.auctioneers.queries import get_call, get_organisation, list_organisations
from auction.auctioneers.rules import (
    ApplicantExists,
    CallClosed,
    CallIncomplete,
    CallOpen,
    CallState,
    CallTooShort,
    Exclusion,
    GroupMissing,
    LicenceTaken,
    MayNotBeChosen,
    NotTheBest,
    OrganisationExists,
    OrganisationKind,
    ResultLate,
    ScoresMissing,
    tally,
)
from auction.auctioneers.schemas import (
    NewApplicant,
    NewAuctioneer,
    NewCancel,
    NewChoice,
    NewExclusion,
    NewListing,
    NewOrganisation,
    NewResult,
    NewSanction,
    NewScores,
    PointsOn,
)
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.lots.models import Lot
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from tests.make.announcing import GROUPS, make_auction_house, make_call, new_call
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
PUBLISHED, UNTIL, TODAY = date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def houses(session: Session, people: People, at: datetime) -> None:
    for code in ("0101", "0102", "0103"):
        make_auction_house(session, people, code, at=at)


def call_with(session: Session, people: People, lot: Lot, at: datetime, **points: int) -> str:
    named = {code.removeprefix("o"): each for code, each in points.items()}
    days = {"published": PUBLISHED, "until": UNTIL}
    return make_call(session, people, lot, named, **days, at=at).reference


def choose(session: Session, people: People, call: str, code: str, at: datetime, **said: object):
    new = NewChoice(**{"organisation": code, "chosen_on": TODAY, **said})
    return choose_organisation(session, people.officer, call, new, at=at)


def test_an_organisation_is_registered_once_with_people_and_sanctions(
    session: Session, people: People, at: datetime, houses: None
) -> None:
    again = NewOrganisation(code="0101", name="Khác", kind=OrganisationKind.CENTRE, province="X")
    with pytest.raises(OrganisationExists):
        register_organisation(session, people.officer, again, at=at)
    person = NewAuctioneer(name="Đấu Giá Viên", licence_number="1/TP", valid_from=TODAY)
    add_auctioneer(session, people.officer, "0101", person, at=at)
    with pytest.raises(LicenceTaken):
        add_auctioneer(session, people.officer, "0101", person, at=at)
    change_listing(session, people.officer, "0101", NewListing(listed_from=TODAY), at=at)
    shown = get_organisation(session, people.officer, "0101")
    assert [one.licence_number for one in shown.auctioneers] == ["1/TP"]
    assert shown.listed_from == TODAY
    assert [one.code for one in list_organisations(session, size=2).items] == ["0101", "0102"]
    with pytest.raises(Forbidden):
        add_auctioneer(session, people.keeper, "0101", person, at=at)


def test_a_sanction_costs_one_of_the_shares_of_the_law(
    session: Session, people: People, at: datetime, houses: None
) -> None:
    said = {"decision": "9/QĐ-XP", "decided_on": TODAY, "reason": "Vi phạm"}
    with pytest.raises(CallIncomplete) as refused:
        record_sanction(session, people.officer, "0101", NewSanction(percent=10, **said), at=at)
    assert refused.value.params["shares"] == "5, 20, 50, 70"
    assert refused.value.article == "C02/22 Art. 3, 4, 5, 6"
    for percent in (5, 20, 50, 70):
        new = NewSanction(percent=percent, **said)
        record_sanction(session, people.officer, "0101", new, at=at)


TALLIES = [
    ([20, 20, 30, 10, 10, 10], 0, "100.00"),
    ([20, 20, 30, 10, 10, 10], 5, "95.00"),
    ([20, 20, 30, 10, 10, 10], 20, "80.00"),
    ([20, 20, 30, 10, 10, 10], 50, "50.00"),
    ([20, 20, 30, 10, 10, 10], 70, "30.00"),
    ([], 70, "0.00"),
]


@pytest.mark.parametrize(("points", "deduction", "left"), TALLIES)
def test_points_less_what_a_sanction_costs(points, deduction, left):
    assert tally([Decimal(each) for each in points], deduction).points == Decimal(left)


@pytest.mark.parametrize("missing", GROUPS)
def test_no_group_of_criteria_is_left_out(
    session: Session, people: People, lot: Lot, at: datetime, missing: str
) -> None:
    groups = tuple(group for group in GROUPS if group != missing)
    with pytest.raises(GroupMissing) as refused:
        publish_call(
            session, people.officer, lot.reference, new_call(PUBLISHED, UNTIL, groups=groups), at=at
        )
    assert refused.value.article == "C02/22 Art. 3; PA16 Art. 56(4)"
    assert refused.value.params["rule"] == "org_selection_groups"


def test_a_lot_has_one_open_call(session: Session, people: People, lot: Lot, at: datetime) -> None:
    first = publish_call(session, people.officer, lot.reference, new_call(PUBLISHED, UNTIL), at=at)
    with pytest.raises(CallOpen):
        publish_call(session, people.officer, lot.reference, new_call(PUBLISHED, UNTIL), at=at)
    gone = NewCancel(cancelled_on=TODAY, reason="Đăng nhầm giá")
    cancel_call(session, people.officer, first.reference, gone, at=at)
    with pytest.raises(CallClosed):
        cancel_call(session, people.officer, first.reference, gone, at=at)
    publish_call(session, people.officer, lot.reference, new_call(PUBLISHED, UNTIL), at=at)


def test_the_one_with_the_most_points_is_chosen_and_the_result_published_in_time(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=8, o0102=9)
    with pytest.raises(NotTheBest) as refused:
        choose(session, people, call, "0101", at)
    assert refused.value.params["points"] == Decimal("54.00")
    chosen = choose(session, people, call, "0102", at)
    assert chosen.result_due_on == date(2026, 11, 27)
    publish_result(
        session, people.officer, call, NewResult(published_on=TODAY, number="12/TB"), at=at
    )
    shown = get_call(session, people.officer, call)
    assert (shown.state, shown.result_number) == (CallState.PUBLISHED, "12/TB")
    assert [one.points for one in shown.applicants] == [Decimal("48.00"), Decimal("54.00")]
    with pytest.raises(CallClosed):
        choose(session, people, call, "0101", at)


def test_a_tie_is_broken_by_the_seller_with_a_reason(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=8, o0102=8)
    with pytest.raises(CallIncomplete) as refused:
        choose(session, people, call, "0102", at)
    assert set(refused.value.fields) == {"reason"}
    assert choose(session, people, call, "0102", at, reason="Gần nơi có tài sản").chosen_reason


def test_every_applicant_is_scored_on_every_criterion(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=8)
    again = NewApplicant(organisation="0101", received_on=PUBLISHED)
    with pytest.raises(ApplicantExists):
        add_applicant(session, people.officer, call, again, at=at)
    new = NewApplicant(organisation="0102", received_on=PUBLISHED)
    add_applicant(session, people.officer, call, new, at=at)
    part = NewScores(points=[PointsOn(1, Decimal(5))])
    score_applicant(session, people.officer, call, "0102", part, at=at)
    with pytest.raises(ScoresMissing) as refused:
        choose(session, people, call, "0101", at)
    assert "0102 / 2" in str(refused.value.params["missing"])


def test_points_stay_within_the_criterion(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=8)
    wrong = NewScores(points=[PointsOn(1, Decimal("20.5")), PointsOn(9, Decimal(1))])
    with pytest.raises(CallIncomplete) as refused:
        score_applicant(session, people.officer, call, "0101", wrong, at=at)
    assert set(refused.value.fields) == {"points.1", "points.9"}


def test_family_ties_exclude_an_applicant(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=9, o0102=8)
    words = "Giám đốc là em ruột của chấp hành viên"
    tie = NewExclusion(why=Exclusion.KINSHIP, words=words)
    exclude_applicant(session, people.officer, call, "0101", tie, at=at)
    with pytest.raises(MayNotBeChosen):
        choose(session, people, call, "0101", at)
    choose(session, people, call, "0102", at)
    shown = get_call(session, people.officer, call)
    assert shown.applicants[0].article == "C02/22 Art. 7"
    assert shown.applicants[0].excluded_words == words


def test_a_sanction_changes_who_has_the_most_points(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=9, o0102=8)
    sanction = NewSanction(
        decision="9/QĐ-XP", decided_on=PUBLISHED, percent=20, reason="Vi phạm quy định"
    )
    record_sanction(session, people.officer, "0101", sanction, at=at)
    with pytest.raises(NotTheBest):
        choose(session, people, call, "0101", at)
    choose(session, people, call, "0102", at)
    frozen = get_call(session, people.officer, call).applicants[0]
    assert (frozen.given, frozen.deduction, frozen.points) == (54, 20, Decimal("43.20"))


def test_a_single_applicant_is_chosen_if_fit(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=1)
    unfit = NewScores(fit=False)
    score_applicant(session, people.officer, call, "0101", unfit, at=at)
    with pytest.raises(MayNotBeChosen):
        choose(session, people, call, "0101", at)
    score_applicant(session, people.officer, call, "0101", NewScores(fit=True), at=at)
    assert choose(session, people, call, "0101", at).chosen_on == TODAY


def test_who_is_not_listed_is_not_chosen(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=1)
    ended = NewListing(listed_from=date(2020, 1, 1), listed_to=date(2026, 11, 22))
    change_listing(session, people.officer, "0101", ended, at=at)
    with pytest.raises(MayNotBeChosen):
        choose(session, people, call, "0101", at)


def test_a_file_that_comes_late_is_kept_and_excluded(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=8)
    late = NewApplicant(organisation="0102", received_on=date(2026, 11, 21))
    add_applicant(session, people.officer, call, late, at=at)
    shown = get_call(session, people.officer, call)
    assert [one.excluded_why for one in shown.applicants] == [None, Exclusion.LATE]
    choose(session, people, call, "0101", at)


PERIODS = [
    (date(2026, 11, 18), date(2026, 11, 21)),
    (date(2026, 11, 20), date(2026, 11, 26)),
]


@pytest.mark.parametrize(("published", "first"), PERIODS)
def test_a_call_is_published_three_working_days_before_the_choice(
    session: Session, people: People, lot: Lot, at: datetime, houses: None, published, first
) -> None:
    """Tuesday 24 November 2026 is a public holiday."""
    days = {"published": published, "until": published}
    call = make_call(session, people, lot, {"0101": 8}, **days, at=at)
    assert get_call(session, people.officer, call.reference).choice_from == first
    if first <= TODAY:
        choose(session, people, call.reference, "0101", at)
        return
    with pytest.raises(CallTooShort) as refused:
        choose(session, people, call.reference, "0101", at)
    assert refused.value.article == "C02/22 Art. 4(2)"
    asked = NewDeparture(
        rule_key="org_selection_notice",
        subject_kind="lot",
        subject_ref=lot.reference,
        reason="Tài sản sắp hỏng, phải chọn sớm hơn",
    )
    departure = ask_departure(session, people.officer, asked, at=at)
    decide_departure(session, people.head, departure.id, Decision(approved=True), at=at)
    assert choose(session, people, call.reference, "0101", at).chosen_on == TODAY


@pytest.mark.parametrize("last", [TODAY, date(2026, 11, 22)])
def test_the_choice_comes_after_the_last_day_on_which_files_are_taken(
    session: Session, people: People, lot: Lot, at: datetime, houses: None, last: date
) -> None:
    days = {"published": PUBLISHED, "until": last}
    call = make_call(session, people, lot, {"0101": 8}, **days, at=at).reference
    assert get_call(session, people.officer, call).choice_from == last + timedelta(days=1)
    if last < TODAY:
        assert choose(session, people, call, "0101", at).chosen_on == TODAY
        return
    with pytest.raises(CallIncomplete) as refused:
        choose(session, people, call, "0101", at)
    assert set(refused.value.fields) == {"chosen_on"}


def test_a_choice_for_untrue_information_is_cancelled_and_the_next_is_chosen(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    call = call_with(session, people, lot, at, o0101=9, o0102=8)
    untrue = NewCancel(cancelled_on=TODAY, reason="Kê khai sai số cuộc đấu giá")
    with pytest.raises(CallClosed):
        cancel_choice(session, people.officer, call, untrue, at=at)
    choose(session, people, call, "0101", at)
    cancel_choice(session, people.officer, call, untrue, at=at)
    choose(session, people, call, "0102", at)
    shown = get_call(session, people.officer, call)
    assert shown.applicants[0].excluded_why is Exclusion.UNTRUE
    assert shown.applicants[0].article == "C02/22 Art. 6(2)"


def test_a_result_published_late_needs_a_departure(
    session: Session, people: People, lot: Lot, at: datetime, houses: None
) -> None:
    days = {"published": date(2026, 11, 2), "until": date(2026, 11, 6)}
    call = make_call(session, people, lot, {"0101": 8}, **days, at=at).reference
    choose(session, people, call, "0101", at, chosen_on=date(2026, 11, 9))
    with pytest.raises(ResultLate) as refused:
        publish_result(session, people.officer, call, NewResult(published_on=TODAY), at=at)
    assert refused.value.params["due"] == date(2026, 11, 12)
    in_time = NewResult(published_on=date(2026, 11, 12))
    publish_result(session, people.officer, call, in_time, at=at)


def test_another_office_sees_no_call(
    session: Session, people: People, lot: Lot, at: datetime, houses: None, become: Become
) -> None:
    call = call_with(session, people, lot, at, o0101=9)
    foreign = become(people.foreign_officer)
    with pytest.raises(NotFound):
        get_call(session, foreign, call)
    with pytest.raises(NotFound):
        choose_organisation(
            session, foreign, call, NewChoice(organisation="0101", chosen_on=TODAY), at=at
        )

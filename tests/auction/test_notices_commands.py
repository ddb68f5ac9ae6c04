"""Recording notices and fixing the day of a round under them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.bidding.sessions import closing_rule
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.models import DepartureUse
from auction.departures.schemas import Decision, NewDeparture
from auction.lots.models import Lot
from auction.lots.queries import last_round
from auction.notices.commands.record import issue_notice, record_notice, strike_notice
from auction.notices.models import LotNotice
from auction.notices.queries import check_round, notice_faults_of, notices_of_lot
from auction.notices.rules import (
    NoticeExists,
    NoticeIncomplete,
    NoticeKind,
    NoticeStruck,
    NoticeTooEarly,
    NoticeTooShort,
    Place,
)
from auction.notices.schemas import NewNotice, Strike
from inventory.assets.rules import AssetKind
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.papers.models import Paper
from tests.make.announcing import give_notice, post
from tests.make.auction import FAILED, close_round, fail_round, make_formed_lot, new_round
from tests.make.departures import let_through
from tests.make.noticed import unannounced
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
BILLION = 1_000_000_000
OPENING = date(2026, 12, 14)
AHEAD = timedelta(days=21)
PLACES = (Place.ORGANISATION_OFFICE, Place.DISPLAY_PLACE, Place.AUCTION_VENUE)


def announce(session: Session, people: People, lot: Lot, at: datetime, **days: date) -> None:
    said = {
        "posted": date(2026, 11, 25),
        "first": date(2026, 11, 26),
        "second": date(2026, 12, 1),
        "opening": OPENING,
    }
    give_notice(session, people, lot, **{**said, **days}, at=at)


def test_no_notice_is_of_a_day_before_the_auction_contract(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    early = NewNotice(
        kind=NoticeKind.POSTING, place=Place.DISPLAY_PLACE, from_on=date(2019, 12, 31)
    )
    with pytest.raises(NoticeTooEarly) as refused:
        record_notice(session, people.officer, lot.reference, early, at=at)
    assert set(refused.value.fields) == {"from_on"}
    assert refused.value.article == "L08 Art. 101(2)"


def test_a_round_with_all_notices_in_time_may_be_fixed_and_has_no_fault(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    announce(session, people, lot, at)
    new = new_round(BILLION, at + AHEAD)
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    assert made.held_on == OPENING
    assert notice_faults_of(session, made) == []


DECEMBER = date(2026, 12, 2)
SHORT = [
    ({"posted": date(2026, 12, 4)}, "posting_movable", "PA16 Art. 35(1)a"),
    ({"second": date(2026, 12, 4)}, "announce_second_before", "PA16 Art. 57(3)"),
    ({"first": DECEMBER, "second": date(2026, 12, 3)}, "announce_count", "PA16 Art. 57(1)"),
    ({"opening": date(2026, 12, 16)}, "registration_close", "PA16 Art. 38(2)"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "key", "article"), SHORT)
def test_a_day_that_the_notices_do_not_reach_is_refused_with_what_would_be_lawful(
    session: Session, people: People, lot: Lot, at: datetime, days, key: str, article: str
) -> None:
    announce(session, people, lot, at, **days)
    with pytest.raises(NoticeTooShort) as refused:
        schedule_round(
            session, people.officer, lot.reference, new_round(BILLION, at + AHEAD), at=at
        )
    assert (refused.value.params["rule"], refused.value.article) == (key, article)
    assert refused.value.params["latest"]
    earliest = refused.value.params["earliest"]
    if isinstance(earliest, date) and key != "registration_close":
        opens = at + timedelta(days=(earliest - date(2026, 11, 23)).days)
        found = check_round(
            session, lot.id, 1, Decimal(BILLION), opening=earliest, on=date(2026, 11, 23)
        )
        late = [one.rule.key for one in found.requirements if one.standing in ("short", "lost")]
        assert set(late) <= {"registration_close"}
        assert opens > at + AHEAD


def test_a_round_recorded_late_without_any_notice_is_taken_and_its_faults_are_known(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    new = new_round(BILLION, at - timedelta(hours=1))
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    found = {one.rule.key: one.facts for one in notice_faults_of(session, made)}
    assert set(found) == NEEDED
    assert (
        found["posting_movable"]["notices_needed"],
        found["posting_movable"]["notices_in_time"],
    ) == (3, 0)
    assert all(one.rule.article.startswith("PA16") for one in notice_faults_of(session, made))


NEEDED = {
    "posting_movable",
    "announce_count",
    "announce_second_before",
    "announce_media",
    "viewing",
    "registration_close",
}
PERIODS = [
    ("movable", BILLION, "posting_movable", "PA16 Art. 35(1)a"),
    ("movable", 40_000_000, "simplified_posting", "PA16 Art. 53(2)"),
    ("land_use_right", BILLION, "posting_immovable", "PA16 Art. 35(1)b"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "price", "key", "article"), PERIODS)
def test_a_day_ahead_without_any_notice_is_fixed_from_the_first_lawful_day_on(
    session: Session, people: People, at: datetime, kind, price: int, key: str, article: str
) -> None:
    """Negative control: on the day before it is refused, and so is today's later hour."""
    lot = make_formed_lot(session, people, price, at=at, kind=AssetKind(kind))

    def fix(opens_at: datetime) -> None:
        schedule_round(session, people.officer, lot.reference, new_round(price, opens_at), at=at)

    for opens_at in (at + timedelta(hours=1), at + timedelta(days=1)):
        with pytest.raises(NoticeTooShort) as refused:
            fix(opens_at)
        assert (refused.value.params["rule"], refused.value.article) == (key, article)
    earliest = refused.value.params["earliest"]
    assert isinstance(earliest, date)
    lawful = at + (earliest - at.date())
    with pytest.raises(NoticeTooShort):
        fix(lawful - timedelta(days=1))
    fix(lawful)


def test_what_is_worth_little_beside_what_is_worth_much_has_the_usual_periods(
    session: Session, people: People, at: datetime
) -> None:
    """PA16 Art. 53(1)a looks at the value of the whole session; stopped, nothing is beside it."""
    great, small = (make_formed_lot(session, people, n, at=at) for n in (BILLION, 40_000_000))
    small.case_id = great.case_id
    session.flush()
    day = at - timedelta(hours=1)
    schedule_round(session, people.officer, great.reference, new_round(BILLION, day), at=at)
    new = new_round(40_000_000, day)
    made = schedule_round(session, people.officer, small.reference, new, at=at)

    def postings() -> set[str]:
        found = {one.rule.key for one in notice_faults_of(session, made)}
        return {key for key in found if "posting" in key}

    def check() -> str:
        price, on = Decimal(40_000_000), at.date()
        law = check_round(session, small.id, 1, price, opening=made.held_on, on=on).law
        assert law is not None
        return law.posting.key

    assert (postings(), check()) == ({"posting_movable"}, "posting_movable")
    assert closing_rule(session, made, at.date()).key == "registration_close"
    close_round(session, people, great, 1, Outcome.CANCELLED, at=at, reason="không đúng tài sản")
    assert (postings(), check()) == ({"simplified_posting"}, "simplified_posting")
    assert closing_rule(session, made, at.date()).key == "simplified_registration_close"


@pytest.mark.parametrize("beside", [10_000_000, 9_999_999])
def test_a_round_fixed_later_does_not_take_the_short_periods_from_one_fixed_before(
    session: Session, people: People, at: datetime, beside: int
) -> None:
    """PA16 Art. 53(1)a: what is fixed later makes the session worth 50 million, and more."""
    small, later = (make_formed_lot(session, people, n, at=at) for n in (40_000_000, beside))
    later.case_id = small.case_id
    session.flush()
    opening, new = at + AHEAD, new_round(40_000_000, at + AHEAD)
    for place in PLACES:
        post(session, people, small, place, date(2026, 12, 7), at=at)
    schedule_round(session, people.officer, small.reference, new, at=at)
    new = new_round(beside, opening)
    if beside < 10_000_000:
        assert schedule_round(session, people.officer, later.reference, new, at=at).number == 1
        return
    with pytest.raises(NoticeTooShort) as refused:
        schedule_round(session, people.officer, later.reference, new, at=at)
    said = refused.value.params
    assert (refused.value.article, said["lot"]) == ("PA16 Art. 35(1)a", small.reference)
    assert (said["rule"], said["short"]) == ("posting_movable", "simplified_if")
    another = new_round(beside, opening + timedelta(days=1))
    assert schedule_round(session, people.officer, later.reference, another, at=at).number == 1


@pytest.mark.parametrize("outcome", [FAILED, Outcome.STOPPED])
def test_a_round_recorded_late_does_not_take_the_short_periods_from_one_that_is_over(
    session: Session, people: People, at: datetime, outcome: Outcome
) -> None:
    """Negative control: beside a round that was stopped nothing is too short."""
    small, late = (make_formed_lot(session, people, n, at=at) for n in (40_000_000, BILLION))
    late.case_id = small.case_id
    opening, after = at + AHEAD, at + AHEAD + timedelta(hours=2)
    for place in PLACES:
        post(session, people, small, place, date(2026, 12, 7), at=at)
    new = new_round(40_000_000, opening)
    schedule_round(session, people.officer, small.reference, new, at=at)
    close_round(session, people, small, 1, outcome, at=after, reason="không ai đăng ký")
    new = new_round(BILLION, opening)
    if outcome is FAILED:
        with pytest.raises(NoticeTooShort) as refused, session.begin_nested():
            schedule_round(session, people.officer, late.reference, new, at=after)
        assert refused.value.params["lot"] == small.reference
        let_through(session, people, "posting_movable", small.reference, at=after)
    assert schedule_round(session, people.officer, late.reference, new, at=after).number == 1


def test_a_day_too_near_for_any_notice_passes_on_a_departure_from_each_rule(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    new = new_round(BILLION, at + timedelta(days=1))
    for key in sorted(NEEDED):
        with pytest.raises(NoticeTooShort), session.begin_nested():
            schedule_round(session, people.officer, lot.reference, new, at=at)
        let_through(session, people, key, lot.reference, at=at)
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    assert session.query(DepartureUse).count() == len(NEEDED)
    assert {one.rule.key for one in notice_faults_of(session, made)} == NEEDED
    assert unannounced(session, people) == []


def test_a_day_fixed_too_near_behind_the_programs_back_is_seen(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    """Negative control of the claim of the machine."""
    opens_at = at + AHEAD
    made = schedule_round(
        session, people.officer, lot.reference, new_round(BILLION, opens_at), at=at
    )
    assert unannounced(session, people) == []
    made.opens_at, made.held_on = at + timedelta(days=2), date(2026, 11, 25)
    session.flush()
    assert len(unannounced(session, people)) == 1


def test_what_is_recorded_late_after_the_day_was_fixed_is_a_fault(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    made = schedule_round(
        session, people.officer, lot.reference, new_round(BILLION, at + AHEAD), at=at
    )
    announce(session, people, lot, at, posted=date(2026, 12, 4))
    (fault,) = notice_faults_of(session, made)
    assert fault.rule.key == "posting_movable"
    assert fault.facts["given_on"] == "2026-12-04"


def test_a_departure_that_the_head_approved_lets_the_round_be_fixed_once(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    announce(session, people, lot, at, posted=date(2026, 12, 4))
    new = new_round(BILLION, at + AHEAD)
    asked = NewDeparture(
        rule_key="posting_movable",
        subject_kind="lot",
        subject_ref=lot.reference,
        reason="Đã niêm yết tại nơi khác, đương sự đồng ý",
    )
    departure = ask_departure(session, people.officer, asked, at=at)
    with pytest.raises(NoticeTooShort):
        schedule_round(session, people.officer, lot.reference, new, at=at)
    decide_departure(session, people.head, departure.id, Decision(approved=True), at=at)
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    use = session.scalars(select(DepartureUse)).one()
    assert use.facts["latest_on"] == "2026-12-03"
    assert [one.rule.key for one in notice_faults_of(session, made)] == ["posting_movable"]


def test_after_two_failed_rounds_the_short_periods_serve(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    for _n in range(2):
        fail_round(session, people, lot, BILLION, at=at)
    found = check_round(session, lot.id, 3, Decimal(BILLION), opening=None, on=date(2026, 11, 23))
    assert found.failed == 2
    assert found.law is not None
    assert found.law.simplified is not None
    assert found.law.posting.key == "simplified_posting"
    assert found.earliest_on == date(2026, 11, 27)


def test_a_notice_says_where_and_until_when(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    day = date(2026, 11, 25)
    closed = date(2026, 11, 24)
    seen = {"kind": NoticeKind.VIEWING, "from_on": day}
    wrong = [
        (NewNotice(kind=NoticeKind.POSTING, from_on=day), "place"),
        (NewNotice(kind=NoticeKind.POSTING, from_on=day, place=Place.PRESS), "place"),
        (NewNotice(**seen, place=Place.COMMUNE, until_on=day), "place"),
        (NewNotice(kind=NoticeKind.REGISTRATION, from_on=day), "until_on"),
        (NewNotice(**seen, until_on=closed), "until_on"),
    ]  # fmt: skip
    for new, field in wrong:
        with pytest.raises(NoticeIncomplete) as refused:
            record_notice(session, people.officer, lot.reference, new, at=at)
        assert set(refused.value.fields) == {field}


def test_a_notice_is_recorded_once_and_struck_through_for_a_reason(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    made = post(session, people, lot, Place.COMMUNE, date(2026, 11, 25), at=at)
    with pytest.raises(NoticeExists):
        post(session, people, lot, Place.COMMUNE, date(2026, 11, 25), at=at)
    strike_notice(session, people.officer, made.id, Strike(reason="Nhập nhầm ngày"), at=at)
    with pytest.raises(NoticeStruck):
        strike_notice(session, people.officer, made.id, Strike(reason="Lần nữa"), at=at)
    post(session, people, lot, Place.COMMUNE, date(2026, 11, 25), at=at)
    shown = notices_of_lot(session, people.officer, lot.id)
    assert [one.struck_reason for one in shown] == ["Nhập nhầm ngày", None]


def test_another_office_records_and_strikes_nothing(
    session: Session, people: People, lot: Lot, at: datetime, become: Become
) -> None:
    made = post(session, people, lot, Place.COMMUNE, date(2026, 11, 25), at=at)
    reference, number = lot.reference, made.id
    foreign = become(people.foreign_officer)
    new = NewNotice(kind=NoticeKind.POSTING, from_on=date(2026, 11, 25), place=Place.COMMUNE)
    with pytest.raises(NotFound):
        record_notice(session, foreign, reference, new, at=at)
    with pytest.raises(NotFound):
        strike_notice(session, foreign, number, Strike(reason="không phải của tôi"), at=at)
    assert session.scalar(select(func.count()).select_from(LotNotice)) == 0
    with pytest.raises(Forbidden):
        record_notice(session, people.keeper, reference, new, at=at)


def test_the_office_issues_its_notice_once_the_day_is_fixed(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    with pytest.raises(NoticeIncomplete):
        issue_notice(session, people.officer, lot.reference, at=at)
    announce(session, people, lot, at)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + AHEAD), at=at)
    issued = issue_notice(session, people.officer, lot.reference, at=at)
    paper = session.get_one(Paper, issued.id)
    assert paper.kind == "auction_notice"
    assert paper.data["viewing"] == "từ ngày 25/11/2026 đến ngày 27/11/2026"
    assert paper.data["registration"] == "từ ngày 25/11/2026 đến ngày 12/12/2026"


def test_notices_serve_the_round_that_is_open_then_the_next(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first = post(session, people, lot, Place.COMMUNE, date(2026, 11, 25), at=at)
    fail_round(session, people, lot, BILLION, at=at)
    second = post(session, people, lot, Place.COMMUNE, date(2026, 11, 26), at=at)
    assert (first.round_number, second.round_number) == (1, 2)
    held = last_round(session, lot.id)
    assert held is not None
    assert held.number == 1

"""Scheduling rounds: numbers, days and lawful prices."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.deadlines.queries import deadlines_of
from auction.lots.models import Lot
from auction.lots.queries import last_round, rounds_of_lot
from auction.lots.rules import (
    DepositOutOfRange,
    LotIsClosed,
    LotStep,
    PriceTooHigh,
    PriceTooLow,
    ReductionMissing,
    RoundDatesWrong,
    RoundStillOpen,
)
from auction.outcomes.commands.reduce_price import reduce_price
from auction.valuations.models import Valuation
from auction.valuations.rules import ValuationMissing
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, NotFound
from tests.make.auction import (
    close_round,
    fail_round,
    make_formed_lot,
    make_lot,
    make_round,
    new_reduction,
    new_round,
    under_contract,
)
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
BILLION = 1_000_000_000
WEEK = timedelta(days=7)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot worth a billion that waits for its first round."""
    return make_formed_lot(session, people, 600_000_000, 400_000_000, at=at)


def test_the_first_round_starts_at_the_value_of_all_assets(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    for price, wrong in ((BILLION - 1, PriceTooLow), (BILLION + 1, PriceTooHigh)):
        new = new_round(price, at + 3 * WEEK)
        with pytest.raises(wrong) as refused:
            schedule_round(session, people.officer, lot.reference, new, at=at)
        assert refused.value.article == "L25 Art. 82(4)"
        assert refused.value.params["value"] == BILLION

    # three weeks: the first of two announcements lies nine working days before (PA16 Art. 57)
    said = {"announced_on": date(2026, 11, 25), "deposit": 100_000_000, "venue": "Trung tâm"}
    new = new_round(BILLION, at + 3 * WEEK, **said)
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    assert (made.number, made.held_on) == (1, date(2026, 12, 14))
    assert (lot.awaits, lot.awaits_on) == (LotStep.OUTCOME, date(2026, 12, 14))
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.code == "lots.round.scheduled"


def test_a_round_is_scheduled_in_vietnams_day(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    late_evening_utc = datetime(2026, 12, 10, 18, tzinfo=UTC)
    made = schedule_round(
        session, people.officer, lot.reference, new_round(BILLION, late_evening_utc), at=at
    )
    assert made.held_on == date(2026, 12, 11)


def test_an_expired_valuation_carries_no_first_round(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    for valuation in session.scalars(select(Valuation)):
        valuation.valid_until = date(2026, 11, 22)
    session.flush()
    with pytest.raises(ValuationMissing) as refused:
        schedule_round(
            session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at
        )
    assert refused.value.article == "L25 Art. 82(4)"


def test_no_round_before_the_last_one_has_its_outcome(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    new = new_round(BILLION, at + 3 * WEEK)
    schedule_round(session, people.officer, lot.reference, new, at=at)
    with pytest.raises(RoundStillOpen):
        schedule_round(session, people.officer, lot.reference, new, at=at)


def test_a_sold_lot_is_closed(session: Session, people: People, lot: Lot, at: datetime) -> None:
    new = new_round(BILLION, at - WEEK)
    schedule_round(session, people.officer, lot.reference, new, at=at)
    close_round(session, people, lot, 1, Outcome.SOLD, at=at, sale_price=BILLION)
    with pytest.raises(LotIsClosed):
        schedule_round(
            session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at
        )


PRICES = [
    (BILLION + 1, PriceTooHigh),
    (BILLION - 1, ReductionMissing),
    (900_000_000, ReductionMissing),
    (899_999_999, PriceTooLow),
]


@pytest.mark.parametrize(("price", "refusal"), PRICES)
def test_without_a_decision_the_price_stays(
    session: Session, people: People, lot: Lot, at: datetime, price: int, refusal
) -> None:
    fail_round(session, people, lot, BILLION, at=at)
    with pytest.raises(refusal) as refused:
        schedule_round(
            session, people.officer, lot.reference, new_round(price, at + 3 * WEEK), at=at
        )
    assert refused.value.article == "L25 Art. 83(3)"
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at)


@pytest.mark.parametrize(
    ("price", "refusal"), [(950_000_001, PriceTooHigh), (949_999_999, PriceTooLow)]
)
def test_after_a_decision_the_round_starts_at_the_decided_price(
    session: Session, people: People, lot: Lot, at: datetime, price: int, refusal
) -> None:
    fail_round(session, people, lot, BILLION, at=at)
    decided = new_reduction(950_000_000, date(2026, 11, 23))
    reduce_price(session, people.officer, lot.reference, 1, decided, at=at)
    with pytest.raises(refusal):
        schedule_round(
            session, people.officer, lot.reference, new_round(price, at + 3 * WEEK), at=at
        )

    new = new_round(950_000_000, at + 3 * WEEK)
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    assert (made.number, made.starting_price) == (2, 950_000_000)
    targets = {
        d.rule_key: d.met_on for d in deadlines_of(session, people.officer, "lot", lot.reference)
    }
    assert targets["next_round_target"] == date(2026, 11, 23)


def test_a_stopped_round_is_held_again_at_the_same_price(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    new = new_round(BILLION, at + 3 * WEEK)
    schedule_round(session, people.officer, lot.reference, new, at=at)
    close_round(session, people, lot, 1, Outcome.STOPPED, at=at, reason="Khiếu nại")
    assert lot.awaits == LotStep.ROUND
    with pytest.raises(ReductionMissing):
        schedule_round(
            session, people.officer, lot.reference, new_round(900_000_000, at + 4 * WEEK), at=at
        )
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + 4 * WEEK), at=at)


def test_all_faulty_fields_of_a_round_are_named_at_once(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    fail_round(session, people, lot, BILLION, at=at)
    new = new_round("0.5", at - WEEK, deposit=-1, announced_on=date(2026, 11, 20))
    with pytest.raises(RoundDatesWrong) as refused:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert set(refused.value.fields) == {"starting_price", "opens_at", "deposit", "announced_on"}


@pytest.mark.parametrize("announced", [date(2026, 11, 30), date(2026, 12, 1)])
def test_a_round_is_announced_before_its_day(
    session: Session, people: People, lot: Lot, at: datetime, announced: date
) -> None:
    new = new_round(BILLION, at + WEEK, announced_on=announced)
    with pytest.raises(RoundDatesWrong) as refused:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert set(refused.value.fields) == {"announced_on"}


def test_a_round_is_announced_after_the_one_before(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    fail_round(session, people, lot, BILLION, at=at)
    new = new_round(0, at + 3 * WEEK, announced_on=date(2026, 11, 22))
    with pytest.raises(RoundDatesWrong) as refused:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert set(refused.value.fields) == {"announced_on", "starting_price"}


@pytest.mark.parametrize("deposit", [49_999_999, 200_000_001])
def test_a_deposit_outside_the_range_of_the_law_is_refused(
    session: Session, people: People, lot: Lot, at: datetime, deposit: int
) -> None:
    new = new_round(BILLION, at + 3 * WEEK, deposit=deposit)
    with pytest.raises(DepositOutOfRange) as refused:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert refused.value.article == "PA16 Art. 39(1)"


@pytest.mark.parametrize("deposit", [50_000_000, 200_000_000])
def test_a_deposit_at_the_ends_of_the_range_is_lawful(
    session: Session, people: People, lot: Lot, at: datetime, deposit: int
) -> None:
    new = new_round(BILLION, at + 3 * WEEK, deposit=deposit)
    schedule_round(session, people.officer, lot.reference, new, at=at)


def test_a_round_of_a_time_that_knew_no_range_takes_any_deposit(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_lot(session, people.office)
    under_contract(session, lot, on=date(2012, 4, 2))
    make_round(session, lot, 1, date(2012, 5, 2), Outcome.FAILED_NO_BID, BILLION)
    new = new_round(BILLION, datetime(2012, 6, 4, 3, tzinfo=UTC), deposit=1)
    made = schedule_round(session, people.officer, lot.reference, new, at=at)
    assert made.number == 2


def test_a_round_recorded_afterwards_is_judged_by_the_law_of_its_day(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_lot(session, people.office)
    under_contract(session, lot, on=date(2012, 4, 2))
    make_round(session, lot, 1, date(2012, 5, 2), Outcome.FAILED_NO_BID, BILLION)
    new = new_round(800_000_000, datetime(2012, 6, 4, 3, tzinfo=UTC))
    with pytest.raises(PriceTooLow) as refused:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert refused.value.article == "L08 Art. 104"


def test_lots_of_other_offices_are_unknown_and_others_than_officers_refused(
    session: Session, people: People, lot: Lot, at: datetime, become: Become
) -> None:
    ref, new = lot.reference, new_round(BILLION, at + 3 * WEEK)
    with pytest.raises(Forbidden):
        schedule_round(session, people.keeper, ref, new, at=at)
    stranger = become(people.foreign_officer)
    with pytest.raises(NotFound):
        schedule_round(session, stranger, ref, new, at=at)
    become(SYSTEM)


def test_rounds_of_a_lot_stand_in_the_order_of_their_numbers(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    for weeks in range(3):
        fail_round(session, people, lot, BILLION, at=at + weeks * WEEK)
    assert [r.number for r in rounds_of_lot(session, lot.id)] == [1, 2, 3]
    last = last_round(session, lot.id)
    assert last is not None
    assert last.number == 3

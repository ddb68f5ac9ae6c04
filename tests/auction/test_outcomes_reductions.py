"""Reducing prices after a failed round: by how much, in which time, by whom."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.deadlines.queries import deadlines_of
from auction.lots.models import Lot
from auction.lots.rules import (
    DecisionNumberTaken,
    LotIsClosed,
    LotStep,
    PriceTooHigh,
    PriceTooLow,
    ReductionExists,
    ReductionLate,
    RoundDidNotFail,
    RoundStillOpen,
)
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.rules import NotTheLastRound, ReductionIncomplete
from inventory.base.errors import NotFound
from tests.auction.closed import breaches
from tests.make.auction import (
    FAILED,
    close_round,
    fail_round,
    make_formed_lot,
    make_lot,
    make_round,
    new_reduction,
    new_round,
)
from tests.make.departures import let_through
from tests.make.organisation import People

BILLION = 1_000_000_000
DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


def test_a_reduction_keeps_its_rule_its_article_and_its_per_cent(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    close_round(session, people, opened, 1, FAILED, at=at)
    made = reduce_price(
        session, people.officer, opened.reference, 1, new_reduction(925_000_000, TODAY), at=at
    )
    assert (made.old_price, made.new_price, made.percent) == (BILLION, 925_000_000, Decimal("7.5"))
    assert made.article == "L25 Art. 83(3)"
    assert made.rule_id is not None
    assert (opened.awaits, opened.awaits_on) == (LotStep.ROUND, TODAY)
    found = deadlines_of(session, people.officer, "lot", opened.reference)
    assert {one.rule_key: one.met_on for one in found} == {
        "failure_notice_to_parties": None,
        "failed_papers_back": None,
        "reduction_decision_due": TODAY,
        "next_round_target": None,
    }


@pytest.mark.parametrize(
    ("decided_on", "article"),
    [
        (date(2012, 6, 1), "L08 Art. 104"),
        (date(2026, 6, 30), "L08 Art. 104(5)"),
        (date(2026, 7, 1), "L25 Art. 83(3)"),
    ],
)
def test_the_limit_is_that_of_the_day_of_the_decision(
    session: Session, people: People, at: datetime, decided_on: date, article: str
) -> None:
    lot = make_lot(session, people.office)
    make_round(session, lot, 1, date(2012, 5, 2), FAILED, Decimal(BILLION))
    new = new_reduction(899_999_999, decided_on)
    with pytest.raises(PriceTooLow) as refused:
        reduce_price(session, people.officer, lot.reference, 1, new, at=at)
    assert refused.value.article == article
    # under the law of 2008 the parties agree on the first reduction, or have ten days for it
    new = replace(new_reduction(900_000_000, decided_on), agreed=decided_on.month == 6)
    made = reduce_price(session, people.officer, lot.reference, 1, new, at=at)
    assert made.article == article


def test_a_late_decision_needs_a_second_person_and_is_noted_as_a_breach(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    close_round(session, people, opened, 1, FAILED, at=at)
    later = at + timedelta(days=10)
    new = new_reduction(BILLION - 1, date(2026, 12, 2))
    with pytest.raises(ReductionLate) as refused:
        reduce_price(session, people.officer, opened.reference, 1, new, at=later)
    assert (refused.value.article, refused.value.params["day"]) == (
        "L25 Art. 83(3)",
        date(2026, 12, 1),
    )
    assert refused.value.departs is not None
    assert refused.value.departs["who"] == (people.head.name,)
    rule, why = "reduction_decision_due", "Chờ đương sự trả lời bằng văn bản"
    let_through(session, people, rule, opened.reference, at=later, reason=why)
    reduce_price(session, people.officer, opened.reference, 1, new, at=later)
    (breach,) = breaches(session, "reduction_decision_due")
    assert breach.facts["due_on"] == "2026-12-01"
    assert breach.facts["reason"] == why
    assert breach.facts["approved_by"] == people.head.name


def test_a_price_is_reduced_once_and_only_after_a_failed_last_round_of_an_open_lot(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    ref, new = opened.reference, new_reduction(950_000_000, TODAY)
    with pytest.raises(RoundStillOpen):
        reduce_price(session, people.officer, ref, 1, new, at=at)
    with pytest.raises(NotFound):
        reduce_price(session, people.officer, ref, 2, new, at=at)
    close_round(session, people, opened, 1, Outcome.PAUSED, at=at)
    with pytest.raises(RoundDidNotFail):
        reduce_price(session, people.officer, ref, 1, new, at=at)
    fail_round(session, people, opened, BILLION, at=at)
    with pytest.raises(NotTheLastRound):
        reduce_price(session, people.officer, ref, 1, new, at=at)
    reduce_price(session, people.officer, ref, 2, new, at=at)
    with pytest.raises(ReductionExists):
        reduce_price(session, people.officer, ref, 2, new_reduction(940_000_000, TODAY, "9"), at=at)
    schedule_round(session, people.officer, ref, new_round(950_000_000, at - DAY / 24), at=at)
    close_round(session, people, opened, 3, Outcome.SOLD, at=at, sale_price=950_000_000)
    with pytest.raises(LotIsClosed):
        reduce_price(session, people.officer, ref, 3, new, at=at)


def test_a_decision_number_serves_once_a_day_and_the_act_goes_on_after_the_refusal(
    session: Session, people: People, at: datetime
) -> None:
    first, second = (make_formed_lot(session, people, at=at) for _i in range(2))
    for lot in (first, second):
        fail_round(session, people, lot, BILLION, at=at)
    new = new_reduction(950_000_000, TODAY)
    reduce_price(session, people.officer, first.reference, 1, new, at=at)
    with pytest.raises(DecisionNumberTaken):
        reduce_price(session, people.officer, second.reference, 1, new, at=at)
    other = new_reduction(950_000_000, TODAY, "2/QĐ-GG")
    reduce_price(session, people.officer, second.reference, 1, other, at=at)


@pytest.mark.parametrize(
    ("price", "decided_on", "fields"),
    [
        (Decimal("0.5"), TODAY, {"new_price"}),
        (0, TODAY, {"new_price"}),
        (-1, date(2026, 11, 24), {"new_price", "decided_on"}),
        (950_000_000, date(2026, 11, 21), {"decided_on"}),
    ],
)
def test_faulty_fields_of_a_decision_are_named_at_once(
    session: Session, people: People, opened: Lot, at: datetime, price, decided_on, fields
) -> None:
    close_round(session, people, opened, 1, FAILED, at=at)
    new = new_reduction(price, decided_on)
    with pytest.raises(ReductionIncomplete) as refused:
        reduce_price(session, people.officer, opened.reference, 1, new, at=at)
    assert set(refused.value.fields) == fields


def test_a_decision_that_does_not_lower_the_price_is_refused(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    close_round(session, people, opened, 1, FAILED, at=at)
    with pytest.raises(PriceTooHigh):
        reduce_price(
            session, people.officer, opened.reference, 1, new_reduction(BILLION, TODAY), at=at
        )

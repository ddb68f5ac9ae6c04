"""Counting failed rounds in a row per lot on a day, as the issue of the day defines it."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.legal_rules.models import LegalRule, RuleSet
from auction.legal_rules.rules import RuleUnknown
from auction.reviews.queries.standings import Standing, lots_by_failures
from tests.make.auction import FAILED, make_asset, make_lot, make_round
from tests.make.organisation import People

START = date(2026, 1, 5)
END = date(2027, 12, 31)
WEEK = timedelta(days=7)
SKIPPED = [
    Outcome.STOPPED,
    Outcome.PAUSED,
    Outcome.CANCELLED,
    Outcome.NOT_HELD,
    Outcome.WITHDRAWN,
    Outcome.OBJECTED,
    Outcome.CLOSED_AFTER_SALE,
    Outcome.RELISTED_SAME_PRICE,
    Outcome.UNKNOWN,
    None,
]


def lot_with(
    session: Session, people: People, outcomes: list[Outcome | None], source: str | None = None
) -> str:
    """A lot with a round a week; its number in the answer."""
    lot = make_lot(session, people.office, make_asset(session, people.office), source=source)
    for number, outcome in enumerate(outcomes, start=1):
        make_round(session, lot, number, START + WEEK * (number - 1), outcome, Decimal(100))
    return lot.source_ref or lot.reference


def standings(session: Session, as_of: date = END, **options: Any) -> list[Standing]:
    with lots_by_failures(session, as_of, **{"at_least": 1, **options}) as found:
        lots = list(found.lots)
    assert found.count == len(lots)
    return lots


def standing_of(session: Session, ref: str, as_of: date = END, **options: Any) -> int:
    lots = standings(session, as_of, **options)
    return next((lot.failed_in_a_row for lot in lots if lot.ref == ref), 0)


@pytest.mark.parametrize(
    ("outcomes", "failed"),
    [
        ([], 0),
        ([FAILED], 1),
        ([FAILED, FAILED, FAILED], 3),
        ([Outcome.SOLD], 0),
        ([FAILED, FAILED, Outcome.SOLD], 0),
        ([FAILED, Outcome.SOLD, FAILED, FAILED], 2),
        ([Outcome.SOLD, FAILED, Outcome.SOLD, FAILED], 1),
        ([FAILED, None, FAILED], 2),
        ([Outcome.FAILED_NO_BID, Outcome.FAILED_INFERRED], 2),
        ([Outcome.FAILED_WINNER_REFUSED, Outcome.DEFAULTED], 1),
        *[([FAILED, FAILED, skipped], 2) for skipped in SKIPPED],
        *[([FAILED, skipped, FAILED], 2) for skipped in SKIPPED],
        *[([Outcome.SOLD, skipped, FAILED], 1) for skipped in SKIPPED],
    ],
)
def test_failed_rounds_at_the_end_are_counted(
    session: Session, people: People, outcomes: list[Outcome | None], failed: int
) -> None:
    assert standing_of(session, lot_with(session, people, outcomes)) == failed


def test_rounds_after_the_day_are_not_seen(session: Session, people: People) -> None:
    ref = lot_with(session, people, [FAILED, FAILED, Outcome.SOLD, FAILED])
    days = [START - WEEK, START, START + WEEK, START + 2 * WEEK, START + 3 * WEEK]
    assert [standing_of(session, ref, day) for day in days] == [0, 1, 2, 0, 1]


def test_rounds_follow_their_numbers_not_their_days(session: Session, people: People) -> None:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    make_round(session, lot, 1, START + 5 * WEEK, FAILED)
    make_round(session, lot, 2, START, Outcome.SOLD)
    make_round(session, lot, 3, START + WEEK, FAILED)
    assert standing_of(session, lot.reference) == 1


@pytest.mark.parametrize("closing", [Outcome.SOLD, Outcome.WITHDRAWN])
def test_a_lot_is_open_until_the_day_it_is_sold_or_withdrawn(
    session: Session, people: People, closing: Outcome
) -> None:
    ref = lot_with(session, people, [FAILED, closing, FAILED])
    assert standing_of(session, ref, START, open_only=True) == 1
    assert standing_of(session, ref, open_only=True) == 0
    assert standing_of(session, ref) == (1 if closing is Outcome.SOLD else 2)


def test_an_imported_lot_goes_by_the_number_of_its_source(session: Session, people: People) -> None:
    lot_with(session, people, [FAILED], source="TH-L7")
    (lot,) = standings(session)
    assert (lot.ref, lot.office, lot.last_round_on) == ("TH-L7", people.office.name, START)
    assert lot.lot.startswith("DG-")
    assert lot.assets[0].startswith("TS-")


def test_lots_come_in_the_order_of_their_numbers_byte_by_byte(
    session: Session, people: People
) -> None:
    for source in ("b-1", "B-2", "a-10", "a-9", "đ-1", "Z"):
        lot_with(session, people, [FAILED], source=source)
    refs = [lot.ref for lot in standings(session)]
    assert refs == sorted(refs)
    assert len(refs) == 6


def test_the_tier_is_the_highest_that_was_reached(session: Session, people: People) -> None:
    for failed in (2, 3, 4, 5, 12, 20):
        lot_with(session, people, [FAILED] * failed, source=f"L{failed:02}")
    assert [lot.tier for lot in standings(session, at_least=2)] == [None, 3, 3, 5, 10, 20]


def test_without_a_number_the_first_tier_of_the_day_decides(
    session: Session, people: People
) -> None:
    lot_with(session, people, [FAILED] * 2)
    lot_with(session, people, [FAILED] * 3, source="three")
    with lots_by_failures(session, END) as found:
        assert found.min_failed == 3
        assert [lot.ref for lot in found.lots] == ["three"]


def test_a_day_without_a_rule_is_refused(session: Session) -> None:
    with pytest.raises(RuleUnknown):
        standings(session, date(2001, 1, 1))


def test_what_counts_as_failed_is_asked_of_the_rule_of_the_round_s_own_day(
    session: Session, people: People, at: datetime
) -> None:
    ref = lot_with(session, people, [Outcome.STOPPED, FAILED, Outcome.STOPPED, FAILED])
    loaded = RuleSet(digest="test", loaded_at=at)
    session.add(loaded)
    session.flush()
    key, change = "counted_outcomes", START + 2 * WEEK
    for old in session.query(LegalRule).filter_by(key=key):
        old.retired_set_id = loaded.id
    session.flush()
    for codes, start, end in (
        ([FAILED.value], date(2009, 7, 1), change - timedelta(days=1)),
        ([FAILED.value, "stopped"], change, None),
    ):
        session.add(
            LegalRule(
                key=key,
                value=codes,
                unit="text",
                direction="after",
                valid_from=start,
                valid_to=end,
                article="HOUSE",
                confidence="C",
                added_set_id=loaded.id,
            )
        )
    session.flush()
    assert standing_of(session, ref) == 3


def counted_plainly(outcomes: list[Outcome | None], until: int) -> int:
    """The same count, said in Python."""
    held = [code for code in outcomes[:until] if code in {FAILED, Outcome.SOLD}]
    failed = 0
    for code in reversed(held):
        if code is Outcome.SOLD:
            break
        failed += 1
    return failed


def test_any_history_is_counted_as_it_is_counted_by_hand(session: Session, people: People) -> None:
    chance = random.Random(7)
    codes = [FAILED, FAILED, FAILED, Outcome.SOLD, Outcome.STOPPED, Outcome.NOT_HELD, None]
    histories = {}
    for _i in range(40):
        outcomes = chance.choices(codes, k=chance.randint(0, 9))
        histories[lot_with(session, people, outcomes)] = outcomes
    for weeks in (1, 3, 5, 9):
        day = START + WEEK * (weeks - 1)
        expected = {ref: counted_plainly(past, weeks) for ref, past in histories.items()}
        found = standings(session, day)
        assert {lot.ref: lot.failed_in_a_row for lot in found} == {
            ref: failed for ref, failed in expected.items() if failed
        }

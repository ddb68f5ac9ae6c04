"""What an outcome and a decision must say, and what outcomes mean by the law of their day."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.bidding.rules import RECORDABLE, Held, Outcome, moment, ruling_on, rulings_of
from auction.legal_rules.shipped import shipped_rules
from auction.outcomes.rules import (
    amount_faults,
    code_faults,
    decision_faults,
    needs_opening,
    notice_faults,
    price_faults,
    registration_faults,
    sale_faults,
)
from inventory.base import clock

RULINGS = rulings_of(shipped_rules())
DONG = Decimal(1)
HELD_ON, TODAY = date(2026, 8, 10), date(2026, 8, 20)
INTERRUPTED = (Outcome.STOPPED, Outcome.PAUSED, Outcome.CANCELLED)


@pytest.mark.parametrize("on", [date(2012, 5, 2), date(2018, 1, 2), date(2025, 1, 2), HELD_ON])
def test_only_a_sale_and_the_grounds_of_failure_mean_anything_for_the_assets(on: date) -> None:
    meant = {code: ruling_on(RULINGS, code, on) for code in Outcome}
    held = {code: ruling.held for code, ruling in meant.items() if ruling}
    failed = {code for code in Outcome if code.value.startswith("failed_")}

    assert {code for code, was in held.items() if was is Held.FAILED} == failed
    assert {code for code, was in held.items() if was is Held.SOLD} == {Outcome.SOLD}
    assert not held.keys() & set(INTERRUPTED)


@pytest.mark.parametrize("code", INTERRUPTED)
def test_a_round_may_be_stopped_before_it_opens(code: Outcome) -> None:
    assert not needs_opening(code)
    assert needs_opening(Outcome.FAILED_NO_BID)


@pytest.mark.parametrize(
    ("code", "price", "faulty"),
    [
        (Outcome.SOLD, "1000", False),
        (Outcome.SOLD, "1001", False),
        (Outcome.SOLD, "999", True),
        (Outcome.SOLD, "1000.5", True),
        (Outcome.SOLD, "-1", True),
        (Outcome.SOLD, "0", True),
        (Outcome.SOLD, None, True),
        (Outcome.FAILED_NO_BID, "1000", True),
        (Outcome.FAILED_NO_BID, None, False),
    ],
)
def test_a_sale_has_a_price_from_the_starting_price_on(code, price, faulty) -> None:
    said = Decimal(price) if price else None
    found = sale_faults(code, said, DONG) or price_faults(code, said, Decimal(1000))
    assert list(found) == (["sale_price"] if faulty else [])


def test_a_sale_in_history_without_a_starting_price_is_taken() -> None:
    assert sale_faults(Outcome.SOLD, Decimal(5), DONG) == {}
    assert price_faults(Outcome.SOLD, Decimal(5), None) == {}


@pytest.mark.parametrize(
    ("code", "registered", "faulty"),
    [
        (Outcome.FAILED_NO_REGISTRATION, 0, False),
        (Outcome.FAILED_NO_REGISTRATION, 1, True),
        (Outcome.SOLD, 0, True),
        (Outcome.SOLD, 1, False),
        (Outcome.FAILED_NO_BID, 0, True),
        (Outcome.STOPPED, 0, False),
        (Outcome.SOLD, None, False),
    ],
)
def test_an_outcome_does_not_contradict_the_number_of_bidders(code, registered, faulty) -> None:
    assert bool(registration_faults(code, registered)) is faulty


def test_the_office_is_told_between_the_round_and_today() -> None:
    code = Outcome.FAILED_NO_BID
    assert notice_faults(code, HELD_ON, HELD_ON, TODAY) == {}
    assert notice_faults(code, TODAY, HELD_ON, TODAY) == {}
    assert "notified_on" in notice_faults(code, date(2026, 8, 9), HELD_ON, TODAY)
    assert "notified_on" in notice_faults(code, date(2026, 8, 21), HELD_ON, TODAY)
    assert notice_faults(Outcome.STOPPED, date(2026, 8, 9), HELD_ON, TODAY) == {}


def test_a_decision_follows_the_round_and_is_not_ahead() -> None:
    assert decision_faults(TODAY, HELD_ON, TODAY) == {}
    assert decision_faults(TODAY, None, TODAY) == {}
    assert "decided_on" in decision_faults(date(2026, 8, 9), HELD_ON, TODAY)
    assert "decided_on" in decision_faults(date(2026, 8, 21), HELD_ON, TODAY)


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "1e18", "1e400", "1e-400", "NaN", "Infinity"])
def test_an_amount_is_a_positive_number_of_whole_dong(amount: str) -> None:
    assert list(amount_faults(Decimal(amount), DONG, "new_price")) == ["new_price"]
    assert amount_faults(Decimal(5), DONG, "new_price") == {}


def test_what_only_history_has_is_not_recorded_by_hand() -> None:
    assert {code for code in Outcome if not code_faults(code)} == set(RECORDABLE)
    assert list(code_faults(Outcome.WITHDRAWN)) == ["code"]


def test_a_moment_without_a_time_zone_is_vietnams() -> None:
    assert moment(datetime(2026, 8, 1, 9)) == datetime(2026, 8, 1, 2, tzinfo=UTC)
    assert moment(datetime(2026, 8, 1, 9, tzinfo=UTC)).tzinfo is UTC
    assert clock.local_day(moment(datetime(2026, 8, 1, 0, 30))) == date(2026, 8, 1)

"""When a valuation holds, and amounts as people type them."""

from datetime import date
from decimal import Decimal

import pytest

from auction.valuations.rules import holds_on, value_of
from inventory.base.money import typed_amount

VALUED, EXPIRY = date(2026, 9, 1), date(2027, 3, 1)


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2026, 8, 31), False),
        (VALUED, True),
        (EXPIRY, True),
        (date(2027, 3, 2), False),
    ],
)
def test_a_valuation_holds_from_its_day_to_its_expiry(on: date, holds: bool) -> None:
    assert holds_on(VALUED, EXPIRY, on) is holds


def test_a_valuation_without_expiry_holds_for_good() -> None:
    assert holds_on(VALUED, None, date(2099, 1, 1))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.250.000.000", "1250000000"),
        ("1,250,000", "1250000"),
        (" 1 250 000 ", "1250000"),
        ("1\u00a0250\u00a0000", "1250000"),
        ("450000", "450000"),
        ("1.250", "1250"),
        ("1.25", "1.25"),
        ("1.250,000", "1.250,000"),
        ("12.50.000", "12.50.000"),
        ("-5", "-5"),
        ("mười", "mười"),
    ],
)
def test_marks_between_groups_of_three_digits_are_not_part_of_an_amount(typed, meant) -> None:
    assert typed_amount(typed) == meant


def test_a_lot_is_worth_its_assets_or_what_it_was_valued_at_as_one() -> None:
    one, two, whole = Decimal(100), Decimal(250), Decimal(300)
    assert value_of({1: one, 2: two}, [1, 2]) == 350
    assert value_of({1: one, 2: two, None: whole}, [1, 2]) == 350
    assert value_of({1: one, None: whole}, [1, 2]) == 300
    assert value_of({1: one}, [1, 2]) is None
    assert value_of({}, []) is None

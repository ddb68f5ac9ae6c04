"""When a valuation holds, and amounts as people type them."""

from datetime import date

import pytest

from auction.valuations.rules import holds_on, typed_amount

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

"""Periods, packs and draws, without a database."""

import base64
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.stocktakes.periods import (
    class_counts_due,
    counts_due,
    covers,
    period_begins,
    period_ends,
)
from inventory.stocktakes.rules import (
    NotTheFirst,
    PackForged,
    PackToken,
    Period,
    RiskClass,
    blinded,
    check_second,
    drawn,
    pack_ends,
    read_token,
    signed,
    veiled,
)

KEY = b"k" * 32
TOKEN = PackToken(7, "phone-1", 42, "Lê Thị Kho", 1_800_000_000)


@pytest.mark.parametrize(
    ("months", "ends"),
    [
        (12, [date(2026, 12, 31)]),
        (6, [date(2026, 6, 30), date(2026, 12, 31)]),
        (3, [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]),
    ],
)
def test_periods_end_on_their_last_day(months: int, ends: list[date]) -> None:
    assert period_ends(2026, months) == ends


def test_february_ends_on_its_own_day() -> None:
    assert period_ends(2028, 1)[1] == date(2028, 2, 29)


def test_one_day_is_one_count_named_for_the_longest_period() -> None:
    law = {"A": ["quarter", "year", "extraordinary"], "B": ["half_year", "year"]}
    due = counts_due(law, 2027)
    assert [(count.due_on.month, count.period, count.article) for count in due] == [
        (3, Period.QUARTER, "A"),
        (6, Period.HALF_YEAR, "B"),
        (9, Period.QUARTER, "A"),
        (12, Period.YEAR, "A"),
    ]


def test_a_class_is_counted_between_the_counts_of_everything() -> None:
    rulings = {"drug": {"HOUSE": ["month"]}}
    due = class_counts_due(rulings, 2027, [date(2027, 3, 31), date(2027, 12, 31)])
    assert {risk for risk, _count in due} == {RiskClass.DRUG}
    assert len(due) == 10
    assert date(2027, 3, 31) not in {count.due_on for _risk, count in due}


def test_what_the_law_does_not_know_is_not_planned() -> None:
    assert counts_due({"A": ["extraordinary", "handover", "whenever"]}, 2027) == []


def test_a_pack_says_for_whom_it_was_made() -> None:
    assert read_token(signed(TOKEN, KEY), KEY) == TOKEN


@pytest.mark.parametrize("text", ["", ".", "x.y", "é.é", "a" * 3000])
def test_a_pack_of_nobody_is_forged(text: str) -> None:
    with pytest.raises(PackForged):
        read_token(text, KEY)


def test_a_changed_pack_and_one_of_another_stocktake_are_forged() -> None:
    text = signed(TOKEN, KEY)
    with pytest.raises(PackForged):
        read_token("A" + text[1:], KEY)
    with pytest.raises(PackForged):
        read_token(text, b"o" * 32)


def test_a_pack_ends() -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert 0 < pack_ends(at) - at.timestamp() <= 48 * 3600


@given(st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_what_is_veiled_is_read_with_the_number_only(text: str, ref: str) -> None:
    hidden = base64.b64decode(veiled("salt", ref, text))
    again = base64.b64decode(veiled("salt", ref, hidden.decode("latin-1")))
    assert len(hidden) == len(text.encode())
    if text.isascii() and hidden.decode("latin-1").isascii():
        assert again.decode() == text


def test_a_blinded_number_is_known_again_and_differs_by_stocktake() -> None:
    assert blinded("a", "TS-0000001-2") == blinded("a", "TS-0000001-2")
    assert blinded("a", "TS-0000001-2") != blinded("b", "TS-0000001-2")


def test_the_second_counter_is_another() -> None:
    check_second(3, [1, 2])
    for who in (1, None):
        with pytest.raises(NotTheFirst):
            check_second(who, [1, 2])


@given(st.integers(1, 100))
def test_a_draw_takes_about_its_share(share: int) -> None:
    taken = sum(drawn("seed", f"TS-{n}") < share * 100 for n in range(2000))
    assert abs(taken / 20 - share) < 6


def test_a_plan_is_served_in_its_period_by_a_count_of_it_or_a_longer_one() -> None:
    assert covers(Period.YEAR, Period.QUARTER)
    assert covers(Period.HANDOVER, Period.EXTRAORDINARY)
    assert not covers(Period.QUARTER, Period.YEAR)
    assert not covers(Period.HANDOVER, Period.QUARTER)
    assert period_begins(Period.QUARTER, date(2026, 12, 31)) == date(2026, 10, 1)
    assert period_begins(Period.YEAR, date(2026, 12, 31)) == date(2026, 1, 1)
    assert period_begins(Period.EXTRAORDINARY, date(2026, 12, 31)) is None

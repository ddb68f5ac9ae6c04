"""Negative controls of what the machine reckons apart from the program: viewing, its windows."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.make.noticed import _in_time, viewed

HELD = date(2026, 11, 20)
POSTED = ["posting", "auction_venue", "2026-11-02", None]


@pytest.mark.parametrize(
    ("shown", "enough"),
    [
        (("2026-11-05", "2026-11-06"), True),
        (("2026-11-05", "2026-11-05"), False),
        (("2026-11-05", None), False),
        (("2026-11-01", "2026-11-02"), False),
        (("2026-11-19", "2026-11-20"), False),
        (("2026-11-18", "2026-11-20"), True),
    ],
)
def test_a_thing_is_shown_two_days_between_posting_and_opening(
    shown: tuple[str, str | None], *, enough: bool
) -> None:
    row = SimpleNamespace(held_on=HELD, notices=[POSTED, ["viewing", None, *shown]])
    assert viewed(row) is enough


def a_round(registered: int, paid: int, *breaches: str) -> Any:
    """A Friday's round whose one bidder came and paid on days of November."""
    return SimpleNamespace(
        held_on=HELD,
        price=10**9,
        before=[],
        registered=[date(2026, 11, registered)],
        paid=[date(2026, 11, paid)],
        breaches=list(breaches),
    )


@pytest.mark.parametrize(
    ("row", "as_recorded"),
    [
        (a_round(18, 17), True),
        (a_round(18, 16), False),
        (a_round(18, 16, "deposit_collect_window"), True),
        (a_round(18, 17, "deposit_collect_window"), False),
        (a_round(18, 20), False),
        (a_round(19, 19), False),
        (a_round(19, 19, "registration_close"), True),
    ],
)
def test_a_bidder_outside_his_days_needs_a_breach(row: Any, *, as_recorded: bool) -> None:
    def works(day: date) -> bool:
        return day.weekday() < 5

    assert _in_time(row, works) is as_recorded

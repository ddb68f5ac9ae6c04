"""Figures drawn on the server: the geometry of a bar chart, as plain numbers for a macro."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec


class Bar(msgspec.Struct, frozen=True):
    """One bar: its text, its value and how far it reaches, in percent of the longest."""

    text: str
    value: Decimal | int
    share: float


def bars(points: Sequence[tuple[str, Decimal | int]]) -> list[Bar]:
    """The bars of a chart; the longest fills the width."""
    longest = max((value for _text, value in points), default=0)
    return [
        Bar(text, value, round(float(100 * value / longest), 2) if longest else 0.0)
        for text, value in points
    ]

"""Alarms in a list, and what is said of the bound paper book."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from inventory.backlog.rules import MOST_NUMBERS, Alarm
from inventory.base.said import Line, Said

Book = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Numbered = Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBERS)]


class AlarmRow(msgspec.Struct, frozen=True):
    """One thing to look at: since when or by when, what it is, and a figure that says why."""

    id: int
    on: date
    ref: str
    href: str
    what: str
    figure: str


class AlarmCount(msgspec.Struct, frozen=True):
    """How many things of a kind there are to look at."""

    alarm: Alarm
    count: int


class NewBookNumber(Said, frozen=True, kw_only=True):
    """What a number of the bound book stands for."""

    book: Book
    number: Numbered
    asset: Line | None = None
    spoiled: Line | None = None


class NewComparison(Said, frozen=True, kw_only=True):
    """The book compared for a month: the last number written in it."""

    book: Book
    month_on: date
    last_number: Annotated[int, msgspec.Meta(ge=0, le=MOST_NUMBERS)]
    note: Line | None = None


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison found."""

    book: str
    month_on: date
    last_number: int
    missing: list[int]
    missing_count: int
    not_in_book: int
    note: str | None
    compared_at: datetime
    compared_by_name: str

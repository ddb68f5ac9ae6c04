"""What is said of an occurrence, and how it is shown."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from auction.deadlines.schemas import DeadlineOut
from auction.legal_rules.words import Word
from auction.occurrences.rules import About, Occurrence
from inventory.base.said import Line, Number, Said


class NewOccurrence(Said, frozen=True, kw_only=True):
    """What occurred on a day, on which paper.

    ``procuracy`` and ``land_authority`` say that they were told too; ``amount`` is what was
    remitted.
    """

    code: Occurrence
    on: date
    document: Number
    procuracy: bool = False
    land_authority: bool = False
    amount: Decimal | None = None
    note: Line | None = None


class OccurrenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """An occurrence as it stands in the record."""

    id: int
    code: Occurrence
    on_day: date
    document: str | None
    told: tuple[Word, ...]
    amount: Decimal | None
    note: str | None
    article: str | None
    recorded_at: datetime
    recorded_by: str


class OccurrencesOut(msgspec.Struct, frozen=True, kw_only=True):
    """What occurred with a thing, which limits run or ran, and what may be recorded of it."""

    about: About
    ref: str
    occurred: list[OccurrenceOut]
    limits: list[DeadlineOut]
    may_follow: list[Occurrence]

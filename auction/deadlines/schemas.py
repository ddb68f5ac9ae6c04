"""What goes into and comes out of the deadlines room."""

from datetime import date

import msgspec

from auction.legal_rules.rules import Confidence, DayOff
from auction.legal_rules.words import Word
from inventory.base.said import Said


class DeadlineSubject(msgspec.Struct, frozen=True):
    """What a deadline is about: an asset, a lot, a case; ``ref`` is how people call it."""

    kind: str
    ref: str
    office_id: int
    asset_id: int | None = None
    lot_id: int | None = None


class DeadlineRow(msgspec.Struct, frozen=True):
    """An open deadline in a list."""

    id: int
    due_on: date
    started_on: date
    rule_key: str
    title: Word
    event: str | None
    event_name: Word | None
    article: str
    citation: Word
    confidence: Confidence
    subject_kind: str
    subject_ref: str
    office_id: int


class DeadlineOut(DeadlineRow, frozen=True, kw_only=True):
    """One deadline with how it was counted."""

    skipped: tuple[DayOff, ...]
    met_on: date | None


class DeadlineMet(Said, frozen=True):
    """The day on which what was due was done; without it, today."""

    met_on: date | None = None

"""What goes into and comes out of the deadlines room."""

from datetime import date

import msgspec

from auction.deadlines.rules import DeadlineState, MoveReason, Standing, Still
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


class DeadlineRow(Standing, frozen=True, kw_only=True):
    """A deadline in a list; ``why`` says in one line how its day came about.

    ``state`` is as of the day the list was asked for.
    """

    id: int
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
    why: Word
    state: DeadlineState | None = None


class MoveOut(msgspec.Struct, frozen=True):
    """A move of a due date; without a new day the limit stood still from then on."""

    why: MoveReason
    old_due_on: date
    new_due_on: date | None
    moved_on: date
    moved_by: str
    hold_id: int | None
    document: str | None


class DeadlineOut(DeadlineRow, frozen=True, kw_only=True):
    """One deadline with how it was counted and moved."""

    skipped: tuple[DayOff, ...]
    still: tuple[Still, ...]
    agreed: bool
    voided_why: str | None
    excused_hold_id: int | None
    excused_proof: str | None
    moves: tuple[MoveOut, ...] = ()


class DeadlineMet(Said, frozen=True):
    """The day on which what was due was done; without it, today."""

    met_on: date | None = None

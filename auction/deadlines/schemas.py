"""What goes into and comes out of the deadlines room."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.deadlines.meeting import Meets, met_by
from auction.deadlines.rules import DeadlineState, Granted, MoveReason, Standing, Still
from auction.legal_rules.calendars import DaysOff
from auction.legal_rules.rules import Confidence, DayOff
from auction.legal_rules.words import Word
from inventory.base.said import Number, Said


class DeadlineSubject(msgspec.Struct, frozen=True):
    """What a deadline is about: an asset, a lot, a case; ``ref`` is how people call it."""

    kind: str
    ref: str
    office_id: int
    asset_id: int | None = None
    lot_id: int | None = None


class Begun(msgspec.Struct, frozen=True):
    """A limit that begins on a day of its own, and is fulfilled by the same act where it says so.

    ``key/scope`` names the row of a scope.
    """

    key: str
    on: date
    met_on: date | None = None


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
    scope: str | None = None
    state: DeadlineState | None = None

    @property
    def met_by(self) -> Meets | None:
        """The act that meets it, None where somebody says that it was done."""
        return met_by(self.rule_key, self.scope)


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
    granted: Granted | None
    voided_why: str | None
    excused_hold_id: int | None
    excused_proof: str | None
    moves: tuple[MoveOut, ...] = ()


class DeadlineMet(Said, frozen=True):
    """The day on which what was due was done; without it, today."""

    met_on: date | None = None


class NewLimitExtension(Said, frozen=True, kw_only=True):
    """More time for a limit: its new last day, why, and the paper."""

    until: date
    ground: Annotated[str, msgspec.Meta(min_length=5, max_length=1000)]
    document: Number


class DateMove(msgspec.Struct, frozen=True, kw_only=True):
    """A single date that moves: of what, by which limit, from which day to which, and why.

    ``id`` is its place in the list: the deadline that would move, or the move that was made.
    """

    id: int
    deadline_id: int
    rule_key: str
    title: Word
    subject_kind: str
    subject_ref: str
    office_id: int
    old_due_on: date
    new_due_on: date | None
    why: Word


class OfficeMoves(msgspec.Struct, frozen=True):
    """How many open dates of an office would move; ``most_days`` is the widest move."""

    office_id: int
    office: str
    later: int
    earlier: int
    same: int
    most_days: int


class RuleMoves(msgspec.Struct, frozen=True):
    """The same for one parameter of the law."""

    key: str
    title: Word
    later: int
    earlier: int
    same: int
    most_days: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Which open dates would move under some days off and rules; nothing is written.

    Without ``calendar_id`` the days off are a proposal.
    """

    calendar_id: int | None
    source: str
    offices: tuple[OfficeMoves, ...]
    rules: tuple[RuleMoves, ...]
    later: int
    earlier: int
    same: int


class RecountOut(msgspec.Struct, frozen=True):
    """An order to move the open dates, and how far it was carried out."""

    id: int
    why: str
    ordered_by: str
    ordered_at: datetime
    seen: int
    moved: int
    finished_at: datetime | None


class NewRecount(Said, frozen=True):
    """Why the open dates are moved: the announcement or the law that changed them."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class NamedDay(Said, frozen=True):
    """A day off and its name."""

    on: date
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class DaysOffChange(Said, frozen=True, kw_only=True):
    """Changes to the list of days off: days off with their name, worked Saturdays, days off taken
    back."""

    source: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    off: tuple[NamedDay, ...] = ()
    exchanged: dict[date, date] = msgspec.field(default_factory=dict)
    back: tuple[date, ...] = ()

    def change(self) -> DaysOff:
        """What was said, for the room of the rules."""
        return DaysOff(
            source=self.source,
            off={day.on: day.name for day in self.off},
            exchanged=self.exchanged,
            back=self.back,
        )

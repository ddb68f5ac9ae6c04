"""What is said of a hold, and how it is shown."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.holds.rules import EndReason, HoldKind, HoldSubject, Stopped
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word
from inventory.base.said import Line, Number, Said

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewHold(Said, frozen=True, kw_only=True):
    """The ground of a hold, its paper, and from when.

    ``until`` is the last day agreed or foreseen; ``coercion_at`` the coercion that a request to
    postpone comes before; ``money_held`` that money was received which a suspension leaves lying.
    """

    kind: HoldKind
    subject_kind: HoldSubject
    subject_ref: Line
    ground: Words
    ground_on: date
    document: Number
    started_on: date
    authority: Line | None = None
    until: date | None = None
    proof: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    requested_at: datetime | None = None
    coercion_at: datetime | None = None
    money_held: bool = False


class HoldEnd(Said, frozen=True, kw_only=True):
    """The last day of a hold, why it ended and on which paper."""

    ended_on: date
    reason: EndReason
    document: Number
    note: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class HoldRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hold in a list."""

    id: int
    kind: HoldKind
    subject_kind: HoldSubject
    subject_ref: str
    article: str
    citation: Word
    confidence: Confidence
    document: str
    started_on: date
    longest_until: date | None
    ended_on: date | None
    end_reason: EndReason | None
    office_id: int


class StoppedRound(msgspec.Struct, frozen=True):
    """A round that is fixed and cannot be held while the hold is open."""

    lot: str
    number: int
    held_on: date


class StoppedLimit(msgspec.Struct, frozen=True):
    """A limit that a hold stopped, and where it went afterwards."""

    deadline_id: int
    title: Word
    subject_ref: str
    due_before: date
    due_after: date | None


class HoldOut(HoldRow, frozen=True, kw_only=True):
    """One hold with all that it keeps."""

    ground: str
    ground_on: date
    authority: str | None
    proof: str | None
    binding: bool | None
    stops: tuple[Stopped, ...]
    assets: tuple[str, ...]
    opened_by: str
    opened_at: datetime
    ended_by: str | None
    end_document: str | None
    end_note: str | None
    limits: tuple[StoppedLimit, ...]
    rounds: tuple[StoppedRound, ...]

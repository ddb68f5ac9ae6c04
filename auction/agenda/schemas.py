"""Events of a calendar, and what is said to have a feed."""

from datetime import date, datetime

import msgspec

from auction.agenda.rules import EventKind
from inventory.base.said import Said


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """An auction at its hour, or a due date on its day; it names no party.

    ``title_vi`` and ``title_en`` say what is due; ``subject`` is the lot, the asset or the case it
    is about. ``closed`` tells that the round has its outcome.
    """

    kind: EventKind
    id: int
    on: date
    at: datetime | None
    subject_kind: str
    subject: str
    number: int | None
    organisation: str | None
    venue: str | None
    title_vi: str | None
    title_en: str | None
    article: str | None
    confidence: str | None
    closed: bool


class DayCount(msgspec.Struct, frozen=True):
    """How much stands on a day."""

    on: date
    auctions: int
    deadlines: int


class NewFeed(Said, frozen=True):
    """Whether the feed holds only what belongs to one's own cases."""

    mine: bool = False


class FeedMade(msgspec.Struct, frozen=True):
    """The address of a new feed; it is told once."""

    path: str


class FeedOut(msgspec.Struct, frozen=True):
    """The feed somebody has."""

    mine: bool
    made_at: datetime

"""Kinds of events, the days a view shows, and what may go wrong with a feed's address; pure."""

import hashlib
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from inventory.base.errors import NotFound
from inventory.base.messages import _, labels

BACK, AHEAD = timedelta(days=31), timedelta(days=190)
"""How far a feed reaches."""


class EventKind(StrEnum):
    """What stands on a day."""

    AUCTION = "auction"
    DEADLINE = "deadline"


class View(StrEnum):
    """How many days are shown at once."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Act(StrEnum):
    """The acts of this room as the audit ledger keeps them."""

    FEED_MADE = "agenda.feed.made"
    FEED_REVOKED = "agenda.feed.revoked"


class FeedUnknown(NotFound):
    """No feed has that address, or it was revoked."""

    code = "feed_unknown"


class Span(msgspec.Struct, frozen=True):
    """The days of a view, and the days its neighbours begin on."""

    since: date
    until: date
    before: date
    after: date


def span_of(view: View, on: date) -> Span:
    """The day itself, its week from Monday on, or its month."""
    if view is View.DAY:
        since = until = on
    elif view is View.WEEK:
        since = on - timedelta(days=on.isoweekday() - 1)
        until = since + timedelta(days=6)
    else:
        since = on.replace(day=1)
        until = on.replace(day=monthrange(on.year, on.month)[1])
    last = since - timedelta(days=1)
    before = last.replace(day=1) if view is View.MONTH else last
    return Span(since, until, before, until + timedelta(days=1))


def digest_of(secret: str) -> bytes:
    """What is kept of a secret address."""
    return hashlib.sha256(secret.encode()).digest()


labels(
    {
        EventKind.AUCTION: _("Auction"),
        EventKind.DEADLINE: _("Due date"),
        View.DAY: _("Day"),
        View.WEEK: _("Week"),
        View.MONTH: _("Month"),
        Act.FEED_MADE: _("Address of a calendar made"),
        Act.FEED_REVOKED: _("Address of a calendar revoked"),
    }
)

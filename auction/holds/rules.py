"""Kinds of holds, the acts they stop, and what may go wrong.

Which limits and which acts a kind stops, and by which article, are dated rules whose scope is the
kind; so is the longest time it may last.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from inventory.base.actor import Actor
from inventory.base.errors import Barred, Duplicate, Invalid, Unlawful
from inventory.base.messages import _, labels


class HoldKind(StrEnum):
    """Why an asset, a lot or a case is held."""

    DISPUTE = "dispute"
    SHARE_UNKNOWN = "share_unknown"
    SHAM_TRANSFER = "sham_transfer"
    COURT_ACCEPTED = "court_accepted"
    PROTEST_AUTHORITY = "protest_authority"
    CREDITOR_AGREES = "creditor_agrees"
    SUSPENSION = "suspension"
    COMPLAINT = "complaint"
    PROCURACY_PROTEST = "procuracy_protest"
    FORCE_MAJEURE = "force_majeure"
    HARVEST = "harvest"
    OTHER_AUTHORITY = "other_authority"
    TRANSACTIONS_FROZEN = "transactions_frozen"


class Stopped(StrEnum):
    """An act that a hold may stop."""

    COERCION = "coercion"
    VALUATION = "valuation"
    CONTRACT = "contract"
    AUCTION = "auction"
    REDUCTION = "reduction"
    SETOFF = "setoff"
    DELIVERY = "delivery"
    PAYOUT = "payout"


class EndReason(StrEnum):
    """How a hold ended."""

    GROUND_GONE = "ground_gone"
    NOBODY_ACTED = "nobody_acted"
    COURT_ACCEPTED = "court_accepted"
    COURT_DECIDED = "court_decided"
    WITHDRAWN = "withdrawn"
    LONGEST_REACHED = "longest_reached"


class HoldSubject(StrEnum):
    """What is held."""

    ASSET = "asset"
    LOT = "lot"
    CASE = "case"


STOPS_LIMITS = "hold_stops_limits"
STOPS_ACTS = "hold_stops_acts"
SPARES = "hold_spares_limits"
EXCUSES = "hold_excuses_limits"
ALL = "all"
GROUND_KEYS: dict[HoldKind, str] = {
    HoldKind.FORCE_MAJEURE: EXCUSES,
    HoldKind.TRANSACTIONS_FROZEN: "debtors_choice",
}
"""Kinds whose ground is another rule than that on limits that stand still."""

STOPS_NO_ACT = frozenset(GROUND_KEYS)
"""Kinds that stop no act of the office: the debtor may not dispose of what is frozen."""


WAITS: dict[HoldKind, str] = {
    HoldKind.DISPUTE: "dispute_wait",
    HoldKind.SHARE_UNKNOWN: "share_of_common_property_wait",
    HoldKind.SHAM_TRANSFER: "sham_transaction_wait",
}
"""The time in which somebody may sue; when nobody did, the hold is over."""

THEN_CREDITOR = "creditor"
"""The scope of time added for the creditor, where the law of the day knows it."""

LONGEST: dict[HoldKind, str] = {HoldKind.PROTEST_AUTHORITY: "postpone_by_protest_authority_max"}
ASKS_COURT = frozenset({HoldKind.SHARE_UNKNOWN, HoldKind.SHAM_TRANSFER})
"""Kinds after which the officer asks the court himself, where nobody did (L25 Art. 39)."""

ONCE = frozenset({HoldKind.PROTEST_AUTHORITY})
"""Kinds that the law allows once only."""

DECIDED = frozenset(
    {
        HoldKind.COURT_ACCEPTED,
        HoldKind.PROTEST_AUTHORITY,
        HoldKind.CREDITOR_AGREES,
        HoldKind.SUSPENSION,
    }
)
"""Kinds that are a decision of the head, with its own time limit."""

RESUMED = frozenset(HoldKind) - {*STOPS_NO_ACT, HoldKind.HARVEST}
"""Kinds after which the case must be resumed in time."""

NEEDS_UNTIL = frozenset({HoldKind.HARVEST, HoldKind.CREDITOR_AGREES})
NEEDS_PROOF = frozenset({HoldKind.FORCE_MAJEURE})
NEEDS_AUTHORITY = frozenset(
    {
        HoldKind.COURT_ACCEPTED,
        HoldKind.PROTEST_AUTHORITY,
        HoldKind.COMPLAINT,
        HoldKind.PROCURACY_PROTEST,
        HoldKind.OTHER_AUTHORITY,
    }
)


UNSUED = frozenset({EndReason.LONGEST_REACHED, EndReason.NOBODY_ACTED})
"""How such a hold ends where nobody went to court in the time for it."""


_ALL_KINDS = frozenset(HoldKind)
_CLAIMED = frozenset({HoldKind.DISPUTE, HoldKind.SHARE_UNKNOWN, HoldKind.SHAM_TRANSFER})
_ASKED = _ALL_KINDS - {
    HoldKind.FORCE_MAJEURE,
    HoldKind.HARVEST,
    HoldKind.TRANSACTIONS_FROZEN,
}
FITS: dict[EndReason, frozenset[HoldKind]] = {
    EndReason.GROUND_GONE: _ALL_KINDS,
    EndReason.NOBODY_ACTED: frozenset(WAITS),
    EndReason.COURT_ACCEPTED: _CLAIMED,
    EndReason.COURT_DECIDED: _ASKED - {HoldKind.CREDITOR_AGREES},
    EndReason.WITHDRAWN: _ASKED,
    EndReason.LONGEST_REACHED: _ALL_KINDS,
}
"""For which kinds a hold may end how: nobody sues or asks for a court where none is awaited."""


class OnHold(Barred):
    """The act waits while a hold is open."""

    code = "on_hold"


class HoldEnded(Duplicate):
    """The hold has ended before."""

    code = "hold_ended"


class HoldIsOpen(Duplicate):
    """A hold of that kind is open on it already."""

    code = "hold_open"


class HoldOnlyOnce(Unlawful):
    """The law allows such a hold once only."""

    code = "hold_only_once"


class JudgmentOrders(Unlawful):
    """What the judgment itself disposes of is not kept by somebody's claim to own it."""

    code = "judgment_orders"


class HoldEndUnfit(Unlawful):
    """Such a hold does not end in that way, or not before its time is over."""

    code = "hold_end_unfit"


class HoldTooLong(Unlawful):
    """The law does not let such a hold last that long."""

    code = "hold_too_long"


class HoldIncomplete(Invalid):
    """Something a hold of that kind must say is missing or does not fit."""

    code = "hold_incomplete"


class HoldOpened(NamedTuple):
    """A hold keeps some assets since a day, opened or joined by them; for rooms above."""

    hold_id: int
    kind: HoldKind
    asset_ids: tuple[int, ...]
    since: date
    actor: Actor
    at: datetime


class HoldOver(NamedTuple):
    """A hold ended, for rooms above."""

    hold_id: int
    kind: HoldKind
    asset_ids: tuple[int, ...]
    ended_on: date
    actor: Actor
    at: datetime


def must_follow(requested_at: datetime, coercion_at: datetime | None, hours: int) -> bool:
    """Whether a request to postpone binds the office: it came so many hours before the coercion, or
    none is planned."""
    return coercion_at is None or coercion_at - requested_at >= timedelta(hours=hours)


labels(
    {
        HoldKind.DISPUTE: _("Somebody else claims to own it"),
        HoldKind.SHARE_UNKNOWN: _("Share of common property unknown"),
        HoldKind.SHAM_TRANSFER: _("Sham transfer"),
        HoldKind.COURT_ACCEPTED: _("Postponed: a court has the dispute"),
        HoldKind.PROTEST_AUTHORITY: _("Postponed on request of who may protest"),
        HoldKind.CREDITOR_AGREES: _("Postponed with the creditor's agreement"),
        HoldKind.SUSPENSION: _("Suspended"),
        HoldKind.COMPLAINT: _("Paused by the authority that settles a complaint"),
        HoldKind.PROCURACY_PROTEST: _("Paused by a protest of the procuracy"),
        HoldKind.FORCE_MAJEURE: _("Force majeure"),
        HoldKind.HARVEST: _("Waiting for the harvest or the end of a cycle"),
        HoldKind.OTHER_AUTHORITY: _("Measure of another authority"),
        HoldKind.TRANSACTIONS_FROZEN: _("Frozen for transactions"),
    }
)
labels(
    {
        Stopped.COERCION: _("Coercion"),
        Stopped.VALUATION: _("Valuation"),
        Stopped.CONTRACT: _("Auction contract"),
        Stopped.AUCTION: _("Auction"),
        Stopped.REDUCTION: _("Price reduction"),
        Stopped.SETOFF: _("Taking in set-off"),
        Stopped.DELIVERY: _("Delivery"),
        Stopped.PAYOUT: _("Payout"),
    }
)
labels(
    {
        EndReason.GROUND_GONE: _("The ground is gone"),
        EndReason.NOBODY_ACTED: _("Nobody sued or asked in time"),
        EndReason.COURT_ACCEPTED: _("A court took the dispute; the postponement follows"),
        EndReason.COURT_DECIDED: _("The court or authority decided"),
        EndReason.WITHDRAWN: _("The request was withdrawn"),
        EndReason.LONGEST_REACHED: _("Its longest time is over"),
    }
)
labels(
    {
        HoldSubject.ASSET: _("Asset"),
        HoldSubject.LOT: _("Lot"),
        HoldSubject.CASE: _("Case"),
    }
)

"""Custody entries: their kinds, their canonical form and their hash."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import IntFlag, StrEnum
from typing import NamedTuple

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace, Overtaken, Unlawful
from inventory.base.messages import _, labels

NEVER_STORED = (
    "immovable",
    "land_use_right",
    "house",
    "shares",
    "intellectual_property",
    "mineral_right",
    "claim",
)
"""Kinds of assets that stay where they are, or are nowhere: none of them comes into a warehouse."""


class CustodyKind(StrEnum):
    """What happened to the holding of an asset."""

    TAKEN_IN = "taken_in"
    MOVED = "moved"
    RELEASED = "released"
    HANDED_OVER = "handed_over"
    SENT = "sent"
    ARRIVED = "arrived"
    LENT = "lent"
    RETURNED = "returned"
    WRITTEN_OFF = "written_off"


class SealState(StrEnum):
    """How a seal is found when it is looked at."""

    WHOLE = "whole"
    TORN = "torn"
    MISSING = "missing"
    DIFFERENT = "different"


class SealsNotNoted(Invalid):
    """The state of every seal on a thing is noted whenever it is handled (C01/17 Art. 9)."""

    code = "seals_not_noted"


class SealDamaged(Unlawful):
    """A thing whose seal is not whole goes through no door before the competent body concluded."""

    code = "seal_damaged"


class SealsNoted(msgspec.Struct, frozen=True):
    """A sealed thing was handled, and this is how its seals, by number, were found."""

    entry: "Entry"
    actor: Actor
    states: dict[str, SealState]


class NotHeldHere(OutOfPlace):
    """The asset is not at the place it is said to be taken from."""

    code = "not_held_here"


class AlreadyTakenIn(Duplicate):
    """The asset is in a place already."""

    code = "already_taken_in"


class NotInCustody(OutOfPlace):
    """The asset is in no place: it was never taken in, or it was released."""

    code = "not_in_custody"


class IsAway(OutOfPlace):
    """The asset is on its way, or given out for a time: it first has to arrive or to come back."""

    code = "is_away"


class NotAway(OutOfPlace):
    """Only what was sent arrives, and only what was given out for a time comes back."""

    code = "not_away"


class AlreadyThere(Invalid):
    """An asset is moved from one place to another, not to where it is."""

    code = "already_there"


class AnotherWarehouse(Barred):
    """A move stays in its warehouse; another one is reached by a transfer on two orders."""

    code = "another_warehouse"


class Impeded(Barred):
    """An open impediment forbids the act."""

    code = "impeded"


HINDERS = "impeded_acts"
"""The rule that an open impediment forbids acts."""


class ImpededAlready(Duplicate):
    """That impediment of that source is open already."""

    code = "impeded_already"


class ChainBroken(Overtaken):
    """The entry does not continue the asset's chain."""

    code = "chain_broken"


class Break(StrEnum):
    """What is wrong with a chain or a holding."""

    SEQUENCE = "sequence"
    LINK = "link"
    ORIGIN = "origin"
    HASH = "hash"
    KIND = "kind"
    HOLDING_MISSING = "holding_missing"
    HOLDING = "holding"


class CustodyAct(IntFlag):
    """What an impediment can forbid; a holding keeps the sum."""

    TAKE_IN = 1
    MOVE = 2
    RELEASE = 4


EVERY_ACT = CustodyAct.TAKE_IN | CustodyAct.MOVE | CustodyAct.RELEASE


class Hindrance(StrEnum):
    """Why an asset may not be touched for now."""

    TORN_SEAL = "torn_seal"
    MISMATCH = "mismatch"
    DISPUTED = "disputed"
    IN_TRANSIT = "in_transit"
    COUNT = "count"
    OFFERED = "offered"
    MISSING = "confirmed_missing"
    WRITTEN_OFF = "written_off"
    OTHER = "other"


BLOCKS = {
    Hindrance.TORN_SEAL: CustodyAct.TAKE_IN | CustodyAct.RELEASE,
    Hindrance.MISMATCH: CustodyAct.TAKE_IN,
    Hindrance.DISPUTED: CustodyAct.RELEASE,
    Hindrance.IN_TRANSIT: EVERY_ACT,
    Hindrance.COUNT: EVERY_ACT,
    Hindrance.OFFERED: CustodyAct.MOVE | CustodyAct.RELEASE,
    Hindrance.MISSING: EVERY_ACT,
    Hindrance.WRITTEN_OFF: EVERY_ACT,
    Hindrance.OTHER: EVERY_ACT,
}
"""Which acts an impediment forbids where the one who raises it says nothing else."""

BY_HAND = (Hindrance.DISPUTED, Hindrance.TORN_SEAL, Hindrance.OTHER)
"""What a keeper or an officer raises himself; the others come from the rooms that need them."""


GENESIS = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Entry(msgspec.Struct, frozen=True):
    """One link of an asset's custody chain, before its hash."""

    asset_id: int
    seq: int
    kind: CustodyKind
    from_place_id: int | None
    to_place_id: int | None
    giver: str
    receiver: str
    reason: str
    document: str
    at: datetime
    staff_id: int | None
    actor_name: str
    office_id: int


def canonical(entry: Entry, previous: bytes) -> bytes:
    """The one byte string that stands for an entry: each field as length:text, in order.

    The database computes the same bytes in kebien_custody_hash; times are microseconds since 1970.
    """
    micros = (entry.at - EPOCH) // MICROSECOND
    fields = (
        entry.asset_id,
        entry.seq,
        str(entry.kind),
        entry.from_place_id,
        entry.to_place_id,
        entry.giver,
        entry.receiver,
        entry.reason,
        entry.document,
        micros,
        entry.staff_id,
        entry.actor_name,
        entry.office_id,
        previous.hex(),
    )
    parts = (("" if field is None else str(field)).encode() for field in fields)
    return b"".join(b"%d:%s" % (len(part), part) for part in parts)


def entry_hash(entry: Entry, previous: bytes) -> bytes:
    """SHA-256 that links an entry to the one before it."""
    return hashlib.sha256(canonical(entry, previous)).digest()


class Link(NamedTuple):
    """An entry as it is stored, with its hashes."""

    entry: Entry
    previous: bytes
    hash: bytes


class Held(NamedTuple):
    """The present holding of an asset as it is stored."""

    place_id: int | None
    receiver: str
    since: datetime
    seq: int
    hash: bytes
    kind: str
    home_place_id: int | None


def home_of(entry: Entry) -> int | None:
    """The place that still counts an asset as its own while it is given out for a time."""
    return entry.from_place_id if entry.kind == CustodyKind.LENT else None


def may_follow(last: str, kind: CustodyKind, *, placed: bool) -> bool:
    """Whether an act may come after the last one (no text before the first one).

    What was sent can only arrive, what was lent only come back. Who answers for a thing changes
    while it lies in a place, or before it was ever taken in.
    """
    needed = _AFTER.get(kind)
    if needed is not None:
        return last == needed
    if kind == CustodyKind.HANDED_OVER:
        return placed or last in ("", CustodyKind.HANDED_OVER)
    return last not in AWAY


def break_between(last: Link | None, link: Link) -> Break | None:
    """What is wrong with a link after the one before it; None where it continues the chain."""
    entry = link.entry
    seq, sealed, place = (
        (last.entry.seq, last.hash, last.entry.to_place_id) if last else (0, GENESIS, None)
    )
    if entry.seq != seq + 1:
        return Break.SEQUENCE
    if link.previous != sealed:
        return Break.LINK
    if entry.from_place_id != place:
        return Break.ORIGIN
    if link.hash != entry_hash(entry, link.previous):
        return Break.HASH
    before = last.entry.kind if last else ""
    if not may_follow(before, entry.kind, placed=place is not None) or not _kind_fits(entry):
        return Break.KIND
    return None


def break_of_holding(last: Link | None, held: Held | None) -> Break | None:
    """What is wrong with a holding after the last link of the asset's chain."""
    if held is None:
        return Break.HOLDING_MISSING
    if last is None:
        nowhere = (None, 0, GENESIS, "", None)
        fits = (held.place_id, held.seq, held.hash, held.kind, held.home_place_id) == nowhere
        return None if fits else Break.HOLDING
    entry = last.entry
    left = Held(
        entry.to_place_id,
        entry.receiver,
        entry.at,
        entry.seq,
        last.hash,
        str(entry.kind),
        home_of(entry),
    )
    return None if held == left else Break.HOLDING


def _kind_fits(entry: Entry) -> bool:
    if entry.kind == CustodyKind.HANDED_OVER:
        return entry.from_place_id == entry.to_place_id
    if entry.kind == CustodyKind.WRITTEN_OFF:
        return entry.to_place_id is None
    comes, goes = entry.from_place_id is None, entry.to_place_id is None
    return (comes, goes) == _ENDS.get(entry.kind)


_ENDS = {
    CustodyKind.TAKEN_IN: (True, False),
    CustodyKind.MOVED: (False, False),
    CustodyKind.RELEASED: (False, True),
    CustodyKind.SENT: (False, True),
    CustodyKind.ARRIVED: (True, False),
    CustodyKind.LENT: (False, True),
    CustodyKind.RETURNED: (True, False),
}
"""Whether an act starts nowhere, and whether it ends nowhere; a hand-over ends where it starts."""

AWAY = frozenset({CustodyKind.SENT, CustodyKind.LENT})
"""What leaves an asset in no place and yet on our books."""

_AFTER = {CustodyKind.ARRIVED: CustodyKind.SENT, CustodyKind.RETURNED: CustodyKind.LENT}


labels(
    {
        SealState.WHOLE: _("Whole"),
        SealState.TORN: _("Torn"),
        SealState.MISSING: _("Missing"),
        SealState.DIFFERENT: _("Another seal in its place"),
        Hindrance.TORN_SEAL: _("Seal torn or changed"),
        Hindrance.MISMATCH: _("Not as in the first seizure minutes"),
        Hindrance.DISPUTED: _("Disputed"),
        Hindrance.IN_TRANSIT: _("On its way to another warehouse"),
        Hindrance.COUNT: _("Frozen by a stocktake"),
        Hindrance.OFFERED: _("Offered to a receiver"),
        Hindrance.MISSING: _("Confirmed missing"),
        Hindrance.WRITTEN_OFF: _("Written off"),
        Hindrance.OTHER: _("Other impediment"),
    }
)
labels(
    {
        CustodyKind.TAKEN_IN: _("Taken in"),
        CustodyKind.MOVED: _("Moved"),
        CustodyKind.RELEASED: _("Released"),
        CustodyKind.HANDED_OVER: _("Handed over"),
        CustodyKind.SENT: _("Sent, on its way"),
        CustodyKind.ARRIVED: _("Arrived"),
        CustodyKind.LENT: _("Given out for a time"),
        CustodyKind.RETURNED: _("Came back"),
        CustodyKind.WRITTEN_OFF: _("Written off"),
    }
)

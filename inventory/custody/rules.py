"""Custody entries: their kinds, their canonical form and their hash."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from inventory.base.errors import Conflict, Invalid
from inventory.base.messages import _, labels


class CustodyKind(StrEnum):
    """What happened to the holding of an asset."""

    TAKEN_IN = "taken_in"
    MOVED = "moved"
    RELEASED = "released"


class NotHeldHere(Conflict):
    """The asset is not at the place it is said to be taken from."""

    code = "not_held_here"


class AlreadyTakenIn(Conflict):
    """The asset is in a place already."""

    code = "already_taken_in"


class NotInCustody(Conflict):
    """The asset is in no place: it was never taken in, or it was released."""

    code = "not_in_custody"


class AlreadyThere(Invalid):
    """An asset is moved from one place to another, not to where it is."""

    code = "already_there"


class ChainBroken(Conflict):
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
    if not _kind_fits(entry):
        return Break.KIND
    return None


def break_of_holding(last: Link | None, held: Held | None) -> Break | None:
    """What is wrong with a holding after the last link of the asset's chain."""
    if held is None:
        return Break.HOLDING_MISSING
    if last is None:
        fits = (held.place_id, held.seq, held.hash) == (None, 0, GENESIS)
        return None if fits else Break.HOLDING
    entry = last.entry
    left = Held(entry.to_place_id, entry.receiver, entry.at, entry.seq, last.hash)
    return None if held == left else Break.HOLDING


def _kind_fits(entry: Entry) -> bool:
    comes, goes = entry.from_place_id is None, entry.to_place_id is None
    return (comes, goes) == _ENDS.get(entry.kind)


_ENDS = {
    CustodyKind.TAKEN_IN: (True, False),
    CustodyKind.MOVED: (False, False),
    CustodyKind.RELEASED: (False, True),
}
"""Whether an act starts nowhere, and whether it ends nowhere."""


labels(
    {
        Break.SEQUENCE: _("an entry before it is missing, or its number is wrong"),
        Break.LINK: _("it does not carry the hash of the entry before it"),
        Break.ORIGIN: _("it does not start where the entry before it ended"),
        Break.HASH: _("its content does not fit its hash"),
        Break.KIND: _("its places do not fit its kind"),
        Break.HOLDING_MISSING: _("the asset has no present holding"),
        Break.HOLDING: _("the present holding does not fit the last entry"),
        CustodyKind.TAKEN_IN: _("Taken in"),
        CustodyKind.MOVED: _("Moved"),
        CustodyKind.RELEASED: _("Released"),
    }
)

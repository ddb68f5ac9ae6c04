"""Custody entries: their kinds, their canonical form and their hash."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from inventory.base.errors import Conflict
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


class ChainBroken(Conflict):
    """The entry does not continue the asset's chain."""

    code = "chain_broken"


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
        entry.kind.value,
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


labels(
    {
        CustodyKind.TAKEN_IN: _("Taken in"),
        CustodyKind.MOVED: _("Moved"),
        CustodyKind.RELEASED: _("Released"),
    }
)

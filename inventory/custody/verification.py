"""Recomputing every chain and holding, about as fast as rows can be read and hashed at all.

What is usual is compared on the way, without making objects of rows. As soon as anything of an
asset is not as usual, its rows are judged by the pure rules, which also name what is wrong.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.direct import Row, stream
from inventory.custody.rules import (
    EPOCH,
    GENESIS,
    MICROSECOND,
    Entry,
    Held,
    Link,
    break_between,
    break_of_holding,
)
from inventory.custody.schemas import Fault, Verified

CHUNK = 2000
STEP = 10_000
"""After so many assets it is told how far the check has come."""

_ENTRY = Entry.__struct_fields__
_HELD = Held._fields
_HOLDING = 2
_FIRST = _HOLDING + len(_HELD)
"""The columns of a row: asset, reference, its holding, an entry's fields, its two hashes."""
_PREVIOUS, _HASH = _FIRST + len(_ENTRY), _FIRST + len(_ENTRY) + 1
_RECEIVER = _FIRST + _ENTRY.index("receiver")
_AT = _ENTRY.index("at")
_HASH_OF_HOLDING = _HOLDING + _HELD.index("hash")
_MOST = 20_000

_EVERYTHING = (
    "SELECT a.id, a.reference, "  # noqa: S608 - our own names
    + ", ".join(f"h.{name}" for name in _HELD)
    + ", "
    + ", ".join(f"e.{name}" for name in _ENTRY)
    + ", e.previous_hash, e.hash"
    " FROM asset a LEFT JOIN holding h ON h.asset_id = a.id"
    " LEFT JOIN custody_entry e ON e.asset_id = a.id"
    " WHERE a.id > %(after)s ORDER BY a.id, e.seq"
)


class SoFar(NamedTuple):
    """How far a check has come: all up to an asset is done."""

    asset_id: int = 0
    chains: int = 0
    entries: int = 0
    holdings: int = 0


def count_assets(session: Session) -> int:
    """About how many assets there are, for showing how far a check has come."""
    estimate = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = 'asset'")
    return int(session.execute(estimate).scalar_one())


def verify_chains(
    session: Session,
    *,
    so_far: SoFar = SoFar(),  # noqa: B008 - never changed
    chunk: int = CHUNK,
    step: int = STEP,
    checked: Callable[[SoFar], None] = lambda _so_far: None,
) -> Verified:
    """Recompute every hash and link and compare every present holding with its chain.

    One statement, so one moment; its rows are read in chunks, so memory does not grow with them.
    Goes on after what was done before, and tells after every step how far it has come.
    """
    last, chains, entries, holdings = so_far
    usual = _Usual()
    rows = stream(session.connection(), _EVERYTHING, {"after": last}, chunk=chunk)
    for n, (asset_id, group) in enumerate(groupby(rows, key=_asset_of), start=1):
        of_asset = list(group)
        first = of_asset[0]
        links = 0 if first[_PREVIOUS] is None else len(of_asset)
        chains, entries = chains + bool(links), entries + links
        holdings += first[_HASH_OF_HOLDING] is not None
        if not usual.fits(of_asset):
            fault = usual.learn(of_asset)
            if fault is not None:
                return Verified(chains, entries, holdings, fault)
        if n % step == 0:
            checked(SoFar(asset_id, chains, entries, holdings))
    return Verified(chains, entries, holdings, None)


def _asset_of(row: Row) -> Any:
    return row[0]


class _Usual:
    """What was seen to be right: acts that may follow each other, and fields already encoded."""

    def __init__(self) -> None:
        self._acts: set[tuple[object, ...]] = set()
        self._fields = _Fields()

    def fits(self, rows: list[Row]) -> bool:
        """Whether all of an asset is as usual; where not, it may still be right."""
        first = rows[0]
        if first[_PREVIOUS] is None:
            return False
        field, acts = self._fields.__getitem__, self._acts
        sealed, place, before, seq = GENESIS, None, "", 0
        for row in rows:
            fields = list(row[_FIRST:_PREVIOUS])
            seq_, kind, come, go = fields[1:5]
            seq += 1
            if seq_ != seq or row[_PREVIOUS] != sealed or come != place:
                return False
            if (before, kind, come is None, go is None, come == go) not in acts:
                return False
            fields[_AT] = (fields[_AT] - EPOCH) // MICROSECOND
            encoded = b"".join(map(field, fields))
            sealed = sha256(b"%b64:%b" % (encoded, sealed.hex().encode())).digest()
            if sealed != row[_HASH]:
                return False
            place, before = go, kind
        left = (place, row[_RECEIVER], row[_FIRST + _AT], seq, sealed, before, None)
        return first[_HOLDING:_FIRST] == left

    def learn(self, rows: list[Row]) -> Fault | None:
        """Judge an asset by the rules; what is right becomes usual."""
        asset_id, reference = rows[0][:2]
        last: Link | None = None
        for link in _links(asset_id, rows):
            what = break_between(last, link)
            if what is not None:
                return Fault(reference, link.entry.seq, what)
            entry, before = link.entry, last.entry.kind if last else ""
            come, go = entry.from_place_id, entry.to_place_id
            self._acts.add((before, entry.kind, come is None, go is None, come == go))
            last = link
        what = break_of_holding(last, _holding(rows[0]))
        return None if what is None else Fault(reference, None, what)


class _Fields(dict[object, bytes]):
    """Each value as it stands in the canonical form of an entry; the last few thousand are kept."""

    def __missing__(self, value: object) -> bytes:
        said = ("" if value is None else str(value)).encode()
        encoded = self[value] = b"%d:%b" % (len(said), said)
        if len(self) > _MOST:
            self.clear()
        return encoded


def _links(asset_id: int, rows: list[Row]) -> Iterator[Link]:
    for row in rows:
        if row[_PREVIOUS] is not None:
            entry = Entry(asset_id, *row[_FIRST + 1 : _PREVIOUS])
            yield Link(entry, row[_PREVIOUS], row[_HASH])


def _holding(row: Row) -> Held | None:
    return None if row[_HASH_OF_HOLDING] is None else Held(*row[_HOLDING:_FIRST])

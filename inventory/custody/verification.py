"""Recomputing every chain and holding, about as fast as rows can be read and hashed at all.

The ledger comes as the text of COPY, one line an entry, and each hash is made from the fields of
its line. What is usual is compared on the way, as text and without making objects of rows. As
soon as anything of an asset is not as usual, its lines are judged by the pure rules, which also
name what is wrong.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.direct import copied, stream
from inventory.base.messages import _, labels
from inventory.custody.rules import (
    EPOCH,
    GENESIS,
    MICROSECOND,
    Break,
    CustodyKind,
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

_MICROS = "(extract(epoch FROM {0}) * 1000000)::bigint"
_FIELDS = [
    _MICROS.format("e.at") if name == "at" else f"e.{name}" for name in Entry.__struct_fields__
]
_N = len(_FIELDS) + 1
"""What a hash is made of: the fields of an entry and the hash before it."""

_LEDGER = (
    f"SELECT {', '.join(_FIELDS)}, encode(e.previous_hash, 'hex'), encode(e.hash, 'hex'),"  # noqa: S608 - our own names
    f" h.place_id, h.receiver, {_MICROS.format('h.since')}, encode(h.hash, 'hex'), h.kind,"
    " h.home_place_id"
    " FROM custody_entry e LEFT JOIN holding h ON h.asset_id = e.asset_id AND h.seq = e.seq"
    " WHERE e.asset_id > {after} ORDER BY e.asset_id, e.seq"
)
"""Every entry, and beside it the present holding where that is of this entry."""

_HELD = ", ".join(f"h.{name}" for name in Held._fields)
_WITHOUT_ENTRY = (
    f"SELECT a.reference, {_HELD} FROM asset a LEFT JOIN holding h ON h.asset_id = a.id"  # noqa: S608 - our own names
    " WHERE NOT EXISTS (SELECT FROM custody_entry e WHERE e.asset_id = a.id) ORDER BY a.id"
)
_NAMED = text(
    "SELECT a.reference, EXISTS (SELECT FROM holding h WHERE h.asset_id = a.id) AS held"
    " FROM asset a WHERE a.id = :id"
)
_COUNTS = text(
    "SELECT place_id FROM (SELECT place_id, sum(n) AS n FROM place_count GROUP BY place_id) kept"
    " FULL JOIN (SELECT place_id, count(*) AS n FROM holding WHERE place_id IS NOT NULL"
    " GROUP BY place_id) held USING (place_id)"
    " WHERE coalesce(kept.n, 0) <> coalesce(held.n, 0) ORDER BY place_id"
)
_ESTIMATE = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = 'asset'")

_PREVIOUS, _HASH, _HOLDING = _N - 1, _N, _N + 1
_HASH_OF_HELD = Held._fields.index("hash")
_NO_HASH = GENESIS.hex().encode()
_CANONICAL = b"%d:%b" * (_N - 1) + b"64:%b"
"""The form of rules.canonical."""

Line = list[bytes]
"""An entry, its two hashes, and the holding it left, if that is the present one."""


class SoFar(NamedTuple):
    """How far a check has come: all up to an asset is done."""

    asset_id: int = 0
    chains: int = 0
    entries: int = 0
    holdings: int = 0


def count_assets(session: Session) -> int:
    """About how many assets there are, for showing how far a check has come."""
    return int(session.execute(_ESTIMATE).scalar_one())


def check_counts(session: Session) -> list[int]:
    """The places whose kept count is not how many things lie there."""
    return list(session.scalars(_COUNTS))


def verify_chains(
    session: Session,
    *,
    so_far: SoFar = SoFar(),  # noqa: B008 - never changed
    step: int = STEP,
    checked: Callable[[SoFar], None] = lambda _so_far: None,
) -> Verified:
    """Recompute every hash and link and compare every present holding with its chain.

    Two statements: all entries with the holdings they left, then the assets without any entry.
    Each sees one moment and is read as it comes, so memory does not grow with the rows. Goes on
    after what was done before, and tells after every step how far it has come.
    """
    mark = session.begin_nested()
    usual = _Usual()
    asset_id, chains, entries, holdings = so_far
    lines = copied(session.connection(), _LEDGER.format(after=int(asset_id)))
    for n, of_asset in enumerate(_by_asset(lines), start=1):
        if not usual.fits(of_asset):
            broken = usual.learn(of_asset)
            if broken is not None:
                lines.close()
                mark.rollback()
                return Verified(chains, entries, holdings, _fault(session, of_asset, broken))
        asset_id, chains, holdings = int(of_asset[0][0]), chains + 1, holdings + 1
        entries += len(of_asset)
        if n % step == 0:
            checked(SoFar(asset_id, chains, entries, holdings))
    mark.commit()
    return _without_entry(session, SoFar(asset_id, chains, entries, holdings), step, checked)


def _by_asset(lines: Iterator[Line]) -> Iterator[list[Line]]:
    of_asset: list[Line] = []
    asset_id = b""
    for line in lines:
        if line[0] != asset_id:
            if of_asset:
                yield of_asset
            asset_id, of_asset = line[0], []
        of_asset.append(line)
    if of_asset:
        yield of_asset


class _Usual:
    """Which acts were seen to follow which, and in which way between places."""

    def __init__(self) -> None:
        self._acts: set[tuple[object, ...]] = set()

    def fits(self, lines: list[Line]) -> bool:
        """Whether all of an asset is as usual; where not, it may still be right.

        Spelled out field by field: this is done for every row there is.
        """
        acts, sealed, place, before = self._acts, _NO_HASH, b"", b""
        for n, line in enumerate(lines, start=1):
            a, seq, kind, come, go, giver, takes, why, paper, at, staff, name, of, past, own = line[
                :_HOLDING
            ]
            act = (before, kind, not come, not go, come == go)
            if past != sealed or come != place or int(seq) != n or act not in acts:
                return False
            # fmt: off
            canonical = _CANONICAL % (
                len(a), a, len(seq), seq, len(kind), kind, len(come), come, len(go), go,
                len(giver), giver, len(takes), takes, len(why), why, len(paper), paper,
                len(at), at, len(staff), staff, len(name), name, len(of), of, past,
            )
            # fmt: on
            sealed = sha256(canonical).hexdigest().encode()
            if sealed != own:
                return False
            place, before = go, kind
        return line[_HOLDING:] == [place, takes, at, sealed, before, b""]

    def learn(self, lines: list[Line]) -> tuple[int | None, Break] | None:
        """Judge an asset by the rules; what is right becomes usual."""
        last: Link | None = None
        for line in lines:
            link = _link(line)
            what = break_between(last, link)
            if what is not None:
                return link.entry.seq, what
            before, kind, come, go = last.entry.kind if last else "", *line[2:5]
            self._acts.add((before.encode(), kind, not come, not go, come == go))
            last = link
        what = break_of_holding(last, _held(lines[-1]))
        return None if what is None else (None, what)


def _link(line: Line) -> Link:
    asset_id, seq, kind, come, go, *texts = (field.decode() for field in line[: _N - 1])
    giver, receiver, reason, document, at, staff_id, actor_name, office_id = texts
    entry = Entry(
        asset_id=int(asset_id),
        seq=int(seq),
        kind=cast(CustodyKind, kind),
        from_place_id=_number(come),
        to_place_id=_number(go),
        giver=giver,
        receiver=receiver,
        reason=reason,
        document=document,
        at=_moment(at),
        staff_id=_number(staff_id),
        actor_name=actor_name,
        office_id=int(office_id),
    )
    return Link(entry, _hash(line[_PREVIOUS]), _hash(line[_HASH]))


def _held(line: Line) -> Held | None:
    """The holding that an entry left; none where the present one is not of this entry."""
    place_id, receiver, since, sealed, kind, home = (field.decode() for field in line[_HOLDING:])
    if not sealed:
        return None
    at, seq = _moment(since), int(line[1])
    return Held(_number(place_id), receiver, at, seq, _hash(line[-3]), kind, _number(home))


def _number(said: str) -> int | None:
    return int(said) if said else None


def _moment(said: str) -> datetime:
    return EPOCH + int(said) * MICROSECOND


def _hash(said: bytes) -> bytes:
    return bytes.fromhex(said.decode())


def _fault(session: Session, of_asset: list[Line], broken: tuple[int | None, Break]) -> Fault:
    """Name an asset; a holding that is not of its last entry may be another, or missing."""
    asset_id, (seq, what) = int(of_asset[0][0]), broken
    found = session.execute(_NAMED, {"id": asset_id}).first()
    if found is None:
        return Fault(str(asset_id), seq, what)
    if what is Break.HOLDING_MISSING and found.held:
        what = Break.HOLDING
    return Fault(found.reference, seq, what)


def _without_entry(
    session: Session, so_far: SoFar, step: int, checked: Callable[[SoFar], None]
) -> Verified:
    """The assets that have no entry: each is nowhere, and says so."""
    _asset_id, chains, entries, holdings = so_far
    for reference, *held in stream(session.connection(), _WITHOUT_ENTRY, chunk=CHUNK):
        missing = held[_HASH_OF_HELD] is None
        what = break_of_holding(None, None if missing else Held(*held))
        if what is not None:
            return Verified(chains, entries, holdings, Fault(reference, None, what))
        holdings += 1
        if holdings % step == 0:
            checked(so_far._replace(holdings=holdings))
    return Verified(chains, entries, holdings, None)


labels(
    {
        Break.SEQUENCE: _("an entry before it is missing, or its number is wrong"),
        Break.LINK: _("it does not carry the hash of the entry before it"),
        Break.ORIGIN: _("it does not start where the entry before it ended"),
        Break.HASH: _("its content does not fit its hash"),
        Break.KIND: _("its places do not fit its kind"),
        Break.HOLDING_MISSING: _("the asset has no present holding"),
        Break.HOLDING: _("the present holding does not fit the last entry"),
    }
)

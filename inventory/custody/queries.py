"""Reading custody: chains, holdings, what waits for a keeper, and whether all of it fits."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    Text,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import CustodyEntry, Holding
from inventory.custody.rules import (
    CustodyKind,
    Entry,
    Held,
    Link,
    break_between,
    break_of_holding,
)
from inventory.custody.schemas import (
    EntryOut,
    Fault,
    HoldingOut,
    MovementRow,
    Verified,
    WaitingRow,
)
from inventory.warehouses.models import Place

CHUNK = 2000

_asset = table(
    "asset",
    column("id", BigInteger),
    column("reference", Text),
    column("description", Text),
    column("office_id", BigInteger),
    column("registered_at", DateTime(timezone=True)),
)
"""The assets that custody speaks of; the table belongs to the room above."""


def visible_holdings(actor: Actor) -> Select[Holding]:
    """Holdings of assets in the actor's sight."""
    return (
        select(Holding)
        .join(_asset, _asset.c.id == Holding.asset_id)
        .where(in_sight(_asset.c.office_id, actor))
    )


def get_holding(session: Session, actor: Actor, reference: str) -> HoldingOut:
    """Where an asset is now.

    Raises NotFound.
    """
    h = Holding
    row = session.execute(
        visible_holdings(actor)
        .outerjoin(Place, Place.id == h.place_id)
        .with_only_columns(
            h.asset_id,
            _asset.c.reference,
            _asset.c.description,
            _asset.c.office_id,
            h.place_id,
            Place.name,
            h.receiver,
            h.since,
            h.seq,
        )
        .where(_asset.c.reference == reference)
    ).first()
    if row is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return HoldingOut(*row)


def list_chain(session: Session, actor: Actor, reference: str) -> list[EntryOut]:
    """All that ever happened to an asset's custody, oldest first.

    Raises NotFound.
    """
    e = CustodyEntry
    rows = session.execute(
        select(
            e.seq,
            e.kind,
            e.from_place_id,
            e.to_place_id,
            e.giver,
            e.receiver,
            e.reason,
            e.document,
            e.at,
            e.actor_name,
            func.encode(e.hash, literal("hex")),
        )
        .select_from(_asset)
        .outerjoin(e, e.asset_id == _asset.c.id)
        .where(in_sight(_asset.c.office_id, actor), _asset.c.reference == reference)
        .order_by(e.seq)
    ).all()
    if not rows:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return [EntryOut(row[0], CustodyKind(row[1]), *row[2:]) for row in rows if row[0] is not None]


def count_waiting(session: Session, actor: Actor, *, most: int = 1000) -> int:
    """How many assets of the actor's office were never taken in, counted up to a bound."""
    waiting = _waiting(actor).with_only_columns(Holding.asset_id).limit(most).subquery()
    return session.execute(select(func.count()).select_from(waiting)).scalar_one()


def list_waiting(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[WaitingRow]:
    """Assets of the actor's office that were never taken in, the newest first."""
    statement = _waiting(actor).with_only_columns(
        Holding.asset_id, _asset.c.reference, _asset.c.description, _asset.c.registered_at
    )
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(Holding.asset_id < after[0])
    rows = session.execute(statement.order_by(Holding.asset_id.desc()).limit(size + 1))
    return page_of([WaitingRow(*row) for row in rows], size, key=lambda row: (row.asset_id,))


def list_movements(session: Session, actor: Actor, *, n: int = 8) -> list[MovementRow]:
    """The last acts of custody of the actor's office."""
    e = CustodyEntry
    rows = session.execute(
        select(
            _asset.c.reference,
            _asset.c.description,
            e.kind,
            e.giver,
            e.receiver,
            e.at,
            e.actor_name,
        )
        .select_from(e)
        .join(_asset, _asset.c.id == e.asset_id)
        .where(e.office_id == actor.office_id)
        .order_by(e.at.desc())
        .limit(n)
    )
    return [MovementRow(row[0], row[1], CustodyKind(row[2]), *row[3:]) for row in rows]


def _waiting(actor: Actor) -> Select[Holding]:
    return visible_holdings(actor).where(Holding.office_id == actor.office_id, Holding.seq == 0)


_EVERYTHING = text(
    "SELECT a.id, a.reference, h.asset_id, h.place_id, h.receiver, h.since, h.seq, h.hash,"
    " e.seq, e.kind, e.from_place_id, e.to_place_id, e.giver, e.receiver, e.reason, e.document,"
    " e.at, e.staff_id, e.actor_name, e.office_id, e.previous_hash, e.hash"
    " FROM asset a LEFT JOIN holding h ON h.asset_id = a.id"
    " LEFT JOIN custody_entry e ON e.asset_id = a.id ORDER BY a.id, e.seq"
)


def count_assets(session: Session) -> int:
    """About how many assets there are, for showing how far a check has come."""
    estimate = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = 'asset'")
    return int(session.execute(estimate).scalar_one())


def verify_chains(
    session: Session, *, chunk: int = CHUNK, checked: Callable[[int], None] = lambda _n: None
) -> Verified:
    """Recompute every hash and link and compare every present holding with its chain.

    One statement, so one moment; its rows are read in chunks, so memory does not grow with them.
    """
    options = {"stream_results": True, "yield_per": chunk}
    chains = entries = holdings = 0
    with closing(session.execute(_EVERYTHING, execution_options=options)) as rows:
        for asset, group in groupby(rows, key=lambda row: (row[0], row[1])):
            links, held = _read(asset[0], group)
            chains += bool(links)
            entries += len(links)
            holdings += held is not None
            fault = _first_fault(asset[1], links, held)
            if fault is not None:
                return Verified(chains, entries, holdings, fault)
            checked(1)
    return Verified(chains, entries, holdings, None)


def _read(asset_id: int, rows: Iterator[Any]) -> tuple[list[Link], Held | None]:
    links: list[Link] = []
    held: Held | None = None
    for row in rows:
        if row[2] is not None:
            held = Held(row[3], row[4], row[5], row[6], bytes(row[7]))
        if row[8] is not None:
            entry = Entry(asset_id, row[8], *row[9:20])
            links.append(Link(entry, bytes(row[20]), bytes(row[21])))
    return links, held


def _first_fault(reference: str, links: list[Link], held: Held | None) -> Fault | None:
    last: Link | None = None
    for link in links:
        what = break_between(last, link)
        if what is not None:
            return Fault(reference, link.entry.seq, what)
        last = link
    what = break_of_holding(last, held)
    return None if what is None else Fault(reference, None, what)

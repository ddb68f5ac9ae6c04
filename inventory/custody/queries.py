"""Reading custody: chains, holdings, what waits for a keeper, and whether all of it fits."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import structs
from sqlalchemy import (
    BigInteger,
    DateTime,
    Numeric,
    Select,
    Text,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.orm import Session, aliased

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.doors import DOORS, stored_for
from inventory.custody.models import CustodyEntry, Holding, Impediment
from inventory.custody.rules import NEVER_STORED, CustodyKind, Hindrance
from inventory.custody.schemas import (
    EntryOut,
    HoldingOut,
    ImpedimentOut,
    MovementRow,
    WaitingRow,
)
from inventory.orders.queries import Passing, list_card
from inventory.orders.rules import Direction
from inventory.orders.schemas import CardLine
from inventory.organisation.models import Staff
from inventory.warehouses.models import Place
from inventory.warehouses.rules import WAREHOUSE_FORMS

CHUNK = 2000

_asset = table(
    "asset",
    column("id", BigInteger),
    column("reference", Text),
    column("kind", Text),
    column("description", Text),
    column("office_id", BigInteger),
    column("quantity", Numeric(20, 3)),
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


def passing_of(
    session: Session, actor: Actor, asset_id: int, direction: Direction
) -> Passing | None:
    """What is asked of an order on which an asset is taken in or released.

    None where it needs none: it leaves a place that is no warehouse of ours.
    """
    h = Holding
    kind, quantity, form, path = session.execute(
        visible_holdings(actor)
        .with_only_columns(h.kind, _asset.c.quantity, Place.custody_form, Place.path)
        .outerjoin(Place, Place.id == h.place_id)
        .where(h.asset_id == asset_id)
    ).one()
    if direction is Direction.IN:
        return Passing(asset_id, quantity, purposes=stored_for(kind))
    if form not in WAREHOUSE_FORMS:
        return None
    return Passing(
        asset_id, quantity, int(path.split("/")[1]), DOORS[CustodyKind.RELEASED].purposes
    )


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


def stock_card(session: Session, actor: Actor, asset_id: int) -> list[CardLine]:
    """An asset's stock card (thẻ kho): what went on orders, and that it was written off."""
    lines = list_card(session, actor, asset_id)
    e = CustodyEntry
    gone = session.execute(
        select(e.at, e.document)
        .where(e.asset_id == asset_id, e.kind == CustodyKind.WRITTEN_OFF.value)
        .order_by(e.seq)
    )
    for at, document in gone:
        kept = [line for line in lines if line.at <= at]
        left = kept[-1].balance if kept else Decimal(0)
        off = CardLine(at, Direction.OUT, None, document, None, None, left, Decimal(0))
        later = [
            structs.replace(line, balance=max(line.balance - left, Decimal(0)))
            for line in lines[len(kept) :]
        ]
        lines = [*kept, off, *later]
    return lines


def list_impediments(session: Session, actor: Actor, reference: str) -> list[ImpedimentOut]:
    """What stands or stood against acts on an asset, the newest first."""
    i, lifter = Impediment, aliased(Staff)
    rows = session.execute(
        select(
            i.id,
            i.code,
            i.source,
            i.reason,
            i.raised_at,
            Staff.name,
            i.lifted_at,
            i.lift_reason,
            lifter.name,
        )
        .join(_asset, _asset.c.id == i.asset_id)
        .outerjoin(Staff, Staff.id == i.raised_by_id)
        .outerjoin(lifter, lifter.id == i.lifted_by_id)
        .where(in_sight(_asset.c.office_id, actor), _asset.c.reference == reference)
        .order_by(i.id.desc())
    )
    return [ImpedimentOut(row[0], Hindrance(row[1]), *row[2:]) for row in rows]


def first_hindered(
    session: Session, asset_ids: Sequence[int], code: Hindrance
) -> tuple[str, str] | None:
    """The first of some assets that an impediment of a kind stands against, and its reason."""
    i = Impediment
    row = session.execute(
        select(_asset.c.reference, i.reason)
        .join(_asset, _asset.c.id == i.asset_id)
        .where(i.asset_id.in_(asset_ids), i.code == code, i.lifted_at.is_(None))
        .order_by(i.asset_id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def count_waiting(session: Session, actor: Actor, *, most: int = 1000) -> int:
    """How many assets of the actor's office are to be taken in, counted up to a bound."""
    waiting = _waiting(actor).with_only_columns(Holding.asset_id).limit(most).subquery()
    return session.execute(select(func.count()).select_from(waiting)).scalar_one()


def list_waiting(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[WaitingRow]:
    """Assets of the actor's office that were never taken in and can be, the newest first."""
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
    mine = visible_holdings(actor).where(Holding.office_id == actor.office_id, Holding.seq == 0)
    return mine.where(_asset.c.kind.not_in(NEVER_STORED))

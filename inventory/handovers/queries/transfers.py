"""Reading transfers: what is on its way, with whom, and what did not come."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import Holding
from inventory.handovers.models import Transfer, TransferLine
from inventory.handovers.rules import Arrival
from inventory.handovers.shown import TransferLineOut, TransferOut, TransferRow
from inventory.orders.models import OrderLine, WarehouseOrder
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place


def visible_transfers(actor: Actor) -> Select[Transfer]:
    """Transfers of offices in the actor's sight."""
    return select(Transfer).where(in_sight(Transfer.office_id, actor))


def get_transfer(session: Session, actor: Actor, reference: str) -> TransferOut:
    """One transfer with its things.

    Raises NotFound.
    """
    whole = aliased(Place)
    row = session.execute(
        visible_transfers(actor)
        .add_columns(Place.name, whole.name)
        .join(Place, Place.id == Transfer.to_place_id)
        .outerjoin(whole, whole.id == Transfer.whole_place_id)
        .where(Transfer.reference == reference)
    ).first()
    if row is None:
        raise no_such_transfer(reference)
    t: Transfer = row[0]
    said = {name: getattr(t, name) for name in TransferOut.__struct_fields__ if hasattr(t, name)}
    return TransferOut(
        **{
            **said,
            "to_place": row[1],
            "whole_place": row[2],
            "carrier": t.carrier_name,
            "carrier_proof": Proof(t.carrier_proof) if t.carrier_proof else None,
            "lines": _lines(session, t.id),
        }
    )


def list_transfers(
    session: Session,
    actor: Actor,
    *,
    open_only: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[TransferRow]:
    """Transfers, the newest first; those not received in full if asked."""
    t, line = Transfer, TransferLine
    counted = (
        select(
            func.count().label("lines"),
            func.count().filter(line.arrival.is_(None)).label("open"),
            func.count().filter(line.arrival == Arrival.MISSING).label("missing"),
        )
        .where(line.transfer_id == t.id)
        .lateral()
    )
    statement = (
        visible_transfers(actor)
        .with_only_columns(
            t.id,
            t.reference,
            Place.name,
            t.carrier_name,
            t.expected_on,
            t.sent_at,
            t.closed_at,
            counted.c.lines,
            counted.c.open,
            counted.c.missing,
        )
        .join(Place, Place.id == t.to_place_id)
        .join(counted, counted.c.lines >= 0)
    )
    if open_only:
        statement = statement.where(t.closed_at.is_(None))
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(t.id < after[0])
    rows = session.execute(statement.order_by(t.id.desc()).limit(size + 1))
    return page_of([TransferRow(*row) for row in rows], size, key=lambda row: (row.id,))


def count_on_the_way(session: Session, actor: Actor) -> int:
    """How many transfers of the office are not received in full."""
    statement = (
        visible_transfers(actor)
        .with_only_columns(func.count())
        .where(Transfer.closed_at.is_(None), Transfer.office_id == actor.office_id)
    )
    return session.scalar(statement) or 0


def count_late_transfers(session: Session, actor: Actor, on: date) -> int:
    """How many of them were expected before a day."""
    statement = (
        visible_transfers(actor)
        .with_only_columns(func.count())
        .where(
            Transfer.closed_at.is_(None),
            Transfer.office_id == actor.office_id,
            Transfer.expected_on < on,
        )
    )
    return session.scalar(statement) or 0


def all_within(session: Session, actor: Actor, place_id: int) -> Sequence[str]:
    """The numbers of all that lies in a place and below it.

    Raises NotFound.
    """
    path = session.scalar(
        select(Place.path).where(in_sight(Place.office_id, actor), Place.id == place_id)
    )
    if path is None:
        raise NotFound(_("There is no such place."), field="whole_place_id")
    return session.scalars(
        select(Asset.reference)
        .join(Holding, Holding.asset_id == Asset.id)
        .join(Place, Place.id == Holding.place_id)
        .where(in_sight(Asset.office_id, actor), Place.path.startswith(path, autoescape=True))
        .order_by(Asset.id)
    ).all()


def things_on_order(session: Session, actor: Actor, order: str) -> Sequence[str]:
    """The numbers of the things an order names."""
    return session.scalars(
        select(Asset.reference)
        .join(OrderLine, OrderLine.asset_id == Asset.id)
        .join(WarehouseOrder, WarehouseOrder.id == OrderLine.order_id)
        .where(in_sight(WarehouseOrder.office_id, actor), WarehouseOrder.reference == order.upper())
        .order_by(Asset.id)
    ).all()


def no_such_transfer(reference: str) -> NotFound:
    """The answer for an unknown transfer and for one of a foreign office."""
    return NotFound(_("There is no transfer %(reference)s."), reference=reference)


def _lines(session: Session, transfer_id: int) -> list[TransferLineOut]:
    line = TransferLine
    rows = session.execute(
        select(
            Asset.reference,
            Asset.description,
            Place.name,
            line.arrival,
            line.note,
            line.said_at,
            Holding.receiver,
        )
        .select_from(line)
        .join(Asset, Asset.id == line.asset_id)
        .join(Place, Place.id == line.from_place_id)
        .join(Holding, Holding.asset_id == line.asset_id)
        .where(line.transfer_id == transfer_id)
        .order_by(line.asset_id)
    )
    return [TransferLineOut(*r[:3], Arrival(r[3]) if r[3] else None, *r[4:]) for r in rows]

"""Reading transfers: what is on its way, with whom, and what did not come."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import LateralFromClause as Lateral

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import CustodyEntry, Holding
from inventory.custody.rules import CustodyKind, SealState
from inventory.handovers.models import Transfer, TransferLine
from inventory.handovers.rules import Arrival
from inventory.handovers.shown import PastEntry, Reported, TransferLineOut, TransferOut, TransferRow
from inventory.orders.models import OrderLine, WarehouseOrder
from inventory.organisation.models import Office
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place

MOST_PAST = 500
"""Entries of the past shown at once."""

_Sender, _Receiver = aliased(Office), aliased(Office)


def visible_transfers(actor: Actor) -> Select[Transfer]:
    """Transfers from or to an office in the actor's sight."""
    sent, coming = in_sight(Transfer.office_id, actor), in_sight(Transfer.to_office_id, actor)
    return select(Transfer).where(or_(sent, coming))


def get_transfer(session: Session, actor: Actor, reference: str) -> TransferOut:
    """One transfer with its things, as either office may read it.

    Raises NotFound.
    """
    whole = aliased(Place)
    row = session.execute(
        visible_transfers(actor)
        .add_columns(Place.name, whole.name, _Sender.name, _Receiver.name)
        .join(_Sender, _Sender.id == Transfer.office_id)
        .join(_Receiver, _Receiver.id == Transfer.to_office_id)
        .outerjoin(Place, Place.id == Transfer.to_place_id)
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
            "from_office": row[3],
            "to_office": row[4],
            "carrier": t.carrier_name,
            "carrier_proof": Proof(t.carrier_proof) if t.carrier_proof else None,
            "lines": _lines(session, actor, t, to_office=row[4]),
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
    t = Transfer
    counted = _counted()
    statement = (
        visible_transfers(actor)
        .with_only_columns(
            t.id,
            t.reference,
            _Sender.name,
            _Receiver.name,
            Place.name,
            t.carrier_name,
            t.expected_on,
            t.sent_at,
            t.closed_at,
            counted.c.lines,
            counted.c.open,
            counted.c.missing,
            counted.c.refused,
        )
        .join(_Sender, _Sender.id == t.office_id)
        .join(_Receiver, _Receiver.id == t.to_office_id)
        .outerjoin(Place, Place.id == t.to_place_id)
        .join(counted, counted.c.lines >= 0)
    )
    if open_only:
        statement = statement.where(t.closed_at.is_(None))
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(t.id < after[0])
    rows: Sequence[Any] = session.execute(statement.order_by(t.id.desc()).limit(size + 1)).all()
    return page_of([TransferRow(*row) for row in rows], size, key=lambda row: (row.id,))


def list_past(
    session: Session, actor: Actor, reference: str, asset: str | None = None
) -> list[PastEntry]:
    """What the actor's offices wrote of the things of a transfer, or of one of them.

    It stays readable for who sent them, also where they are another office's now.
    """
    e, line = CustodyEntry, TransferLine
    statement = (
        select(line.reference, e.seq, e.kind, e.giver, e.receiver, e.document, e.at, e.actor_name)
        .join(Transfer, Transfer.id == line.transfer_id)
        .join(e, e.asset_id == line.asset_id)
        .where(Transfer.reference == reference, in_sight(e.office_id, actor))
        .order_by(line.asset_id, e.seq)
        .limit(MOST_PAST)
    )
    if asset is not None:
        statement = statement.where(line.reference == asset)
    rows = session.execute(statement)
    return [PastEntry(row[0], row[1], CustodyKind(row[2]), *row[3:]) for row in rows]


def list_reports(session: Session, actor: Actor, asset_id: int) -> list[Reported]:
    """What receivers found amiss of a thing when it arrived, the last first; both sides read it."""
    line, t = TransferLine, Transfer
    rows = session.execute(
        visible_transfers(actor)
        .with_only_columns(t.reference, _Receiver.name, line.reports)
        .join(line, line.transfer_id == t.id)
        .join(_Receiver, _Receiver.id == t.to_office_id)
        .where(line.asset_id == asset_id, func.jsonb_array_length(line.reports) > 0)
        .order_by(t.id.desc())
    )
    return [
        Reported(
            transfer,
            office,
            Arrival(said["arrival"]),
            said["note"] or "",
            {number: SealState(state) for number, state in said["seals"].items()},
            datetime.fromisoformat(said["at"]),
            said["by"],
        )
        for transfer, office, reports in rows
        for said in reversed(reports)
    ]


def ids_on_the_way(session: Session, actor: Actor, reference: str) -> Sequence[int]:
    """The things of a transfer that are in no place yet, to find the orders that fit them."""
    line = TransferLine
    return session.scalars(
        visible_transfers(actor)
        .with_only_columns(line.asset_id)
        .select_from(Transfer)
        .join(line, line.transfer_id == Transfer.id)
        .where(Transfer.reference == reference, line.arrived_seq.is_(None))
        .order_by(line.asset_id)
    ).all()


def count_on_the_way(session: Session, actor: Actor) -> int:
    """How many transfers of the office are not received in full."""
    statement = (
        visible_transfers(actor)
        .with_only_columns(func.count())
        .where(Transfer.closed_at.is_(None), Transfer.office_id == actor.office_id)
    )
    return session.scalar(statement) or 0


def count_coming(session: Session, actor: Actor) -> int:
    """How many transfers are on their way to the office from another one."""
    statement = (
        visible_transfers(actor)
        .with_only_columns(func.count())
        .where(
            Transfer.closed_at.is_(None),
            Transfer.to_office_id == actor.office_id,
            Transfer.office_id != actor.office_id,
        )
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


def _counted() -> Lateral:
    line = TransferLine
    away = line.arrived_seq.is_(None)
    return (
        select(
            func.count().label("lines"),
            func.count().filter(line.arrival.is_(None), away).label("open"),
            func.count().filter(line.arrival == Arrival.MISSING, away).label("missing"),
            func.count().filter(line.arrival == Arrival.REFUSED, away).label("refused"),
        )
        .where(line.transfer_id == Transfer.id)
        .lateral()
    )


def _lines(
    session: Session, actor: Actor, transfer: Transfer, *, to_office: str
) -> list[TransferLineOut]:
    """The things; who answers for one now is read from its holding where it is the reader's."""
    line, mine = TransferLine, in_sight(Holding.office_id, actor)
    elsewhere = case((line.arrived_seq.is_(None), transfer.carrier_name), else_=to_office)
    rows: Sequence[Any] = session.execute(
        select(
            line.reference,
            line.description,
            line.from_place,
            line.arrival,
            line.note,
            line.said_at,
            func.coalesce(Holding.receiver, elsewhere),
            line.paper,
            line.came_back_at,
            line.arrived_seq.is_not(None),
            Holding.asset_id.is_not(None),
            line.seals,
        )
        .select_from(line)
        .outerjoin(Holding, and_(Holding.asset_id == line.asset_id, mine))
        .where(line.transfer_id == transfer.id)
        .order_by(line.asset_id)
    ).all()
    return [_line(list(row)) for row in rows]


def _line(said: list[Any]) -> TransferLineOut:
    said[3] = Arrival(said[3]) if said[3] else None
    said[11] = {number: SealState(state) for number, state in said[11].items()}
    return TransferLineOut(*said)

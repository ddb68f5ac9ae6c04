"""Signed orders on which things can go through, to choose from where they are handed on."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.orders.models import OrderBalance, OrderLine, WarehouseOrder
from inventory.orders.queries import visible_orders
from inventory.orders.rules import Direction, Purpose
from inventory.orders.schemas import OpenLine
from inventory.warehouses.models import Place


def list_orders_for(
    session: Session,
    actor: Actor,
    office_id: int,
    direction: Direction,
    assets: Sequence[int] = (),
    *,
    purposes: frozenset[Purpose] = frozenset(),
) -> list[OpenLine]:
    """Signed orders that several things can still go through on, the newest first.

    Those that name one of ``assets``, or any; a line of things still to be registered stands for
    itself. Where ``purposes`` are said, only orders for one of them.
    """
    o, line, b = WarehouseOrder, OrderLine, OrderBalance
    unnamed = line.asset_id.is_(None)
    own = case((unnamed, line.no))
    statement = (
        visible_orders(actor)
        .with_only_columns(
            o.reference,
            o.number,
            Place.name,
            own,
            func.count(),
            func.min(line.description),
        )
        .join(Place, Place.id == o.place_id)
        .join(line, line.order_id == o.id)
        .join(b, and_(b.order_id == line.order_id, b.no == line.no))
        .where(
            o.office_id == office_id,
            o.direction == direction.value,
            o.signed_at.is_not(None),
            o.closed_at.is_(None),
            b.used < b.quantity,
        )
        .group_by(o.id, o.reference, o.number, Place.name, own)
        .order_by(o.id.desc(), own)
        .limit(100)
    )
    if purposes:
        statement = statement.where(o.purpose.in_(purposes))
    if assets:
        named = line.asset_id.in_(assets)
        statement = statement.where(or_(named, unnamed) if direction is Direction.IN else named)
    return [_choice(row) for row in session.execute(statement)]


def _choice(row: Sequence[Any]) -> OpenLine:
    reference, number, place, no, n, what = row
    more = f" (+{n - 1})" if n > 1 else ""
    named = reference if no is None else f"{reference}/{no}"
    return OpenLine(named, number or "", f"{number} – {place}: {what[:60]}{more}")

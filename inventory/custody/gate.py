"""What must be fulfilled before something goes through a warehouse's door or is moved inside it.

No open impediment against the act; the actor keeps that warehouse; in and out, a line of a signed
order that fits and is not used up (C04/23 Art. 11(1); C01/17 Art. 9). Places outside our warehouses
(with the debtor, the Treasury, the police) have no keeper of ours and need no order of ours.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.custody.doors import DOORS, Door
from inventory.custody.models import Impediment
from inventory.custody.rules import HINDERS, CustodyKind, Hindrance, Impeded
from inventory.keepers.rules import DUTIES, NotTheKeeper
from inventory.orders.ledger import Asked, Line, Passage, passage
from inventory.orders.rules import Direction, Purpose
from inventory.warehouses.rules import WAREHOUSE_FORMS


class AtTheDoor(NamedTuple):
    """An act as the gate sees it: the thing, the warehouse whose door it is, the order's line.

    ``purposes`` narrow those of the act; ``takers`` are named where the order has to name one.
    """

    asset_id: int | None
    reference: str
    office_id: int
    quantity: Decimal
    blocked: int
    form: str | None
    warehouse_id: int | None
    kept: bool
    order: str | None
    line: Line
    field: str = "order"
    purposes: frozenset[Purpose] = frozenset()
    takers: tuple[str, ...] = ()


def let_through(
    session: Session, actor: Actor, acts: Sequence[tuple[AtTheDoor, CustodyKind]], *, at: datetime
) -> list[Passage | None]:
    """What each act goes through on; None where it needs no order. Refuses what may not go.

    Raises Impeded, NotTheKeeper, OrderNeeded, NotFound, WrongOrder, OrderNotSigned, OrderIsClosed,
    OrderForSomethingElse, OrderForSomebodyElse, OutOfTurn, NotTheCounted, OrderUsedUp.
    """
    used: dict[tuple[int | None, int | None], Decimal] = {}
    passed: list[Passage | None] = []
    on = local_day(at)
    for at_door, kind in acts:
        door = DOORS.get(kind)
        if door is not None:
            _refuse_impeded(session, at_door, door, on)
        if door is None or at_door.form not in WAREHOUSE_FORMS:
            passed.append(None)
            continue
        _refuse_stranger(session, at_door, on)
        if door.direction is None:
            passed.append(None)
            continue
        line = _as_used(at_door.line, used)
        asked = Asked(at_door.order, door.direction, at_door.warehouse_id, on, at_door.field)
        asked = asked._replace(purposes=at_door.purposes or door.purposes, takers=at_door.takers)
        one = passage(session, actor, asked, line, (at_door.quantity, at_door.office_id))
        used[one.order_id, one.no] = one.balance["used"]
        passed.append(one)
    return passed


def direction_of(kind: CustodyKind) -> Direction:
    """In which direction an act goes through the door; a move is asked for no order."""
    door = DOORS.get(kind)
    return (door.direction if door else None) or Direction.IN


def _as_used(line: Line, used: dict[tuple[int | None, int | None], Decimal]) -> Line:
    """The line with what went through on it earlier in the same act."""
    before = used.get((line.order_id, line.no))
    return line if before is None else line._replace(used=before)


def _refuse_stranger(session: Session, at_door: AtTheDoor, on: date) -> None:
    if not at_door.kept:
        raise NotTheKeeper(
            _("Only the keeper appointed to this warehouse does that."),
            **ruling(session, DUTIES, on).basis,
        )


def _refuse_impeded(session: Session, at_door: AtTheDoor, door: Door, on: date) -> None:
    if not at_door.blocked & door.act:
        return
    row = session.execute(
        select(Impediment.code, Impediment.reason)
        .where(
            Impediment.asset_id == at_door.asset_id,
            Impediment.lifted_at.is_(None),
            Impediment.blocks.bitwise_and(int(door.act)) != 0,
        )
        .order_by(Impediment.id)
        .limit(1)
    ).first()
    raise Impeded(
        _("%(reference)s may not be touched for now: %(reason)s."),
        reference=at_door.reference,
        reason=row[1] if row else Hindrance.OTHER.value,
        **ruling(session, HINDERS, on).basis,
    )

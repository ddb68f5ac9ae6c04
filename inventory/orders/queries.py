"""Reading warehouse orders."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session, aliased

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.orders.models import (
    OrderBalance,
    OrderFound,
    OrderLine,
    OrderStep,
    OrderUse,
    WarehouseOrder,
)
from inventory.orders.rules import Direction, Ending, Purpose, Step, next_step
from inventory.orders.schemas import (
    CardLine,
    LineOut,
    OpenLine,
    OrderOut,
    OrderRow,
    StepOut,
)
from inventory.organisation.models import Staff
from inventory.warehouses.models import Place

_asset = table("asset", column("id", BigInteger), column("reference", Text))
"""The assets that orders name; the table belongs to a room above."""

_Signer = aliased(Staff)
_HELD = [
    name
    for name in OrderOut.__struct_fields__
    if hasattr(WarehouseOrder, name) and name not in ("lines", "steps")
]


def visible_orders(actor: Actor) -> Select[WarehouseOrder]:
    """Orders of offices in the actor's sight."""
    return select(WarehouseOrder).where(in_sight(WarehouseOrder.office_id, actor))


def find_order(session: Session, actor: Actor, reference: str) -> WarehouseOrder | None:
    """The order of a reference, None where there is none in sight."""
    return session.scalar(
        visible_orders(actor)
        .where(WarehouseOrder.reference == tidy(reference))
        .execution_options(populate_existing=True)
    )


def lock_order(session: Session, actor: Actor, reference: str) -> WarehouseOrder:
    """An order, locked: its steps follow each other, and nothing goes through meanwhile.

    Raises NotFound.
    """
    order = session.scalar(
        visible_orders(actor)
        .where(WarehouseOrder.reference == tidy(reference))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound(_("There is no order %(reference)s."), reference=reference)
    return order


def get_order(session: Session, actor: Actor, reference: str) -> OrderOut:
    """One order with its lines and steps.

    Raises NotFound.
    """
    o = WarehouseOrder
    found = (
        session.execute(
            visible_orders(actor)
            .with_only_columns(
                *(getattr(o, name) for name in _HELD),
                Place.name.label("warehouse"),
                EnforcementCase.decision_number.label("case_number"),
                Staff.name.label("requested_by"),
                _Signer.name.label("signed_by"),
            )
            .join(Place, Place.id == o.place_id)
            .outerjoin(EnforcementCase, EnforcementCase.id == o.case_id)
            .outerjoin(Staff, Staff.id == o.requested_by_id)
            .outerjoin(_Signer, _Signer.id == o.signed_by_id)
            .where(o.reference == tidy(reference))
        )
        .mappings()
        .first()
    )
    if found is None:
        raise NotFound(_("There is no order %(reference)s."), reference=reference)
    steps = list_steps(session, found["id"])
    direction = Direction(found["direction"])
    ended = found["ending"] is not None
    told = {
        "direction": direction,
        "purpose": Purpose(found["purpose"]),
        "ending": Ending(found["ending"]) if ended else None,
        "due": None if ended else next_step(direction, {step.step for step in steps}),
        "lines": list_lines(session, found["id"]),
        "steps": steps,
    }
    return OrderOut(**{**found, **told})


def list_lines(session: Session, order_id: int) -> list[LineOut]:
    """The lines of an order with what went through and what was found."""
    line, b, f = OrderLine, OrderBalance, OrderFound
    rows = session.execute(
        select(
            line.no,
            _asset.c.reference,
            line.description,
            line.identification,
            line.unit,
            line.quantity,
            line.features,
            line.state,
            line.seal_number,
            func.coalesce(b.used, 0),
            f.quantity,
            f.state,
            f.seal_number,
            f.note,
        )
        .outerjoin(_asset, _asset.c.id == line.asset_id)
        .outerjoin(b, and_(b.order_id == line.order_id, b.no == line.no))
        .outerjoin(f, and_(f.order_id == line.order_id, f.no == line.no))
        .where(line.order_id == order_id)
        .order_by(line.no)
    )
    return [LineOut(*row[:]) for row in rows]


def list_steps(session: Session, order_id: int) -> list[StepOut]:
    """The steps taken so far, the first one first."""
    s = OrderStep
    rows = session.execute(
        select(
            s.step,
            s.at,
            s.by_name,
            s.paper_reference,
            s.paper_number,
            s.identity,
            s.authority,
            s.note,
        )
        .where(s.order_id == order_id)
        .order_by(s.at, s.step)
    )
    return [StepOut(Step(row[0]), *row[1:]) for row in rows]


def list_orders(
    session: Session,
    actor: Actor,
    *,
    awaits: str = "",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[OrderRow]:
    """Orders, the newest first: all, or those that await a signature, receiving or releasing."""
    statement = _rows(actor)
    condition = _AWAITS.get(awaits)
    if condition is not None:
        statement = statement.where(*condition(), WarehouseOrder.office_id == actor.office_id)
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(WarehouseOrder.id < after[0])
    rows = session.execute(statement.order_by(WarehouseOrder.id.desc()).limit(size + 1))
    return page_of([_row(row) for row in rows], size, key=lambda row: (row.id,))


def list_orders_of(session: Session, actor: Actor, asset_id: int) -> list[OrderRow]:
    """The orders that name an asset, or on which it went through, the newest first."""
    o = WarehouseOrder
    named = exists().where(OrderLine.order_id == o.id, OrderLine.asset_id == asset_id)
    used = exists().where(OrderUse.order_id == o.id, OrderUse.asset_id == asset_id)
    rows = session.execute(_rows(actor).where(or_(named, used)).order_by(o.id.desc()).limit(20))
    return [_row(row) for row in rows]


def count_awaiting(session: Session, actor: Actor, awaits: str, *, most: int = 1000) -> int:
    """How many orders of the actor's office await something, counted up to a bound."""
    o = WarehouseOrder
    waiting = (
        visible_orders(actor)
        .with_only_columns(o.id)
        .where(*_AWAITS[awaits](), o.office_id == actor.office_id)
        .limit(most)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(waiting)).scalar_one()


class Passing(NamedTuple):
    """What is to go through a door: the asset where it is known, how many, out of which warehouse.

    ``purposes`` are those of the orders it may go on, any where none is said.
    """

    asset_id: int | None = None
    quantity: Decimal = Decimal(0)
    place_id: int | None = None
    purposes: frozenset[Purpose] = frozenset()


def list_open_lines(
    session: Session, actor: Actor, office_id: int, direction: Direction, passing: Passing
) -> list[OpenLine]:
    """Lines of signed orders something can still go through on: of an asset, or not yet registered.

    ``choice`` is what is named where something is taken in, registered or released. What was
    counted as less than ordered does not leave, so its line is not among them.
    """
    o, line, b, f = WarehouseOrder, OrderLine, OrderBalance, OrderFound
    checked = exists().where(OrderStep.order_id == o.id, OrderStep.step == Step.CHECK.value)
    statement = (
        visible_orders(actor)
        .with_only_columns(
            o.reference,
            o.number,
            Place.name,
            line.no,
            line.asset_id,
            line.description,
            b.quantity - b.used,
            or_(o.direction == Direction.IN.value, checked),
        )
        .join(Place, Place.id == o.place_id)
        .join(line, line.order_id == o.id)
        .join(b, and_(b.order_id == line.order_id, b.no == line.no))
        .where(
            o.office_id == office_id,
            o.direction == direction.value,
            *_signed_and_open(),
            b.used < b.quantity,
            _fits(passing, direction),
        )
        .order_by(line.asset_id.is_(None), o.id.desc(), line.no)
        .limit(200)
    )
    if direction is Direction.OUT:
        counted = and_(f.order_id == line.order_id, f.no == line.no)
        statement = statement.outerjoin(f, counted).where(
            or_(f.quantity.is_(None), f.quantity >= line.quantity)
        )
    if passing.place_id is not None:
        statement = statement.where(o.place_id == passing.place_id)
    if passing.purposes:
        statement = statement.where(o.purpose.in_(passing.purposes))
    return [_choice(row) for row in session.execute(statement)]


def _fits(passing: Passing, direction: Direction) -> ColumnElement[bool]:
    """A line of the asset goes as a whole; one of things to be registered has enough left."""
    line, b = OrderLine, OrderBalance
    named = and_(line.asset_id == passing.asset_id, b.used == 0)
    if direction is Direction.OUT:
        return named
    unnamed = and_(line.asset_id.is_(None), b.quantity - b.used >= passing.quantity)
    return unnamed if passing.asset_id is None else or_(named, unnamed)


def _choice(row: Sequence[Any]) -> OpenLine:
    reference, number, place, no, asset, description, left, checked = row
    return OpenLine(
        reference if asset else f"{reference}/{no}",
        number or "",
        f"{number} – {place}: {description[:60]} ({_plain(left)})",
        checked,
    )


def list_card(session: Session, actor: Actor, asset_id: int) -> list[CardLine]:
    """An asset's stock card (thẻ kho): every passage through a warehouse's door, oldest first."""
    u, o, s = OrderUse, WarehouseOrder, OrderStep
    rows = session.execute(
        select(
            u.at, o.direction, o.reference, o.number, s.paper_reference, s.paper_number, u.quantity
        )
        .join(o, o.id == u.order_id)
        .outerjoin(s, and_(s.order_id == o.id, s.step == Step.SLIP.value))
        .where(u.asset_id == asset_id, in_sight(o.office_id, actor))
        .order_by(u.seq)
    )
    balance, lines = Decimal(0), []
    for at, direction, reference, number, slip, slip_number, quantity in rows:
        way = Direction(direction)
        balance += quantity if way is Direction.IN else -quantity
        lines.append(
            CardLine(
                at, way, reference, number, slip, slip_number, quantity, max(balance, Decimal(0))
            )
        )
    return lines


def went_through(session: Session, order_id: int) -> dict[int, list[str]]:
    """The numbers of the assets that went through on an order, by line."""
    rows = session.execute(
        select(OrderUse.no, _asset.c.reference)
        .join(_asset, OrderUse.asset_id == _asset.c.id)
        .where(OrderUse.order_id == order_id)
        .order_by(OrderUse.no, _asset.c.reference)
    )
    by_line = groupby(rows, key=lambda row: row[0])
    return {no: [row[1] for row in of_line] for no, of_line in by_line}


def _to_sign() -> list[ColumnElement[bool]]:
    return [WarehouseOrder.signed_at.is_(None), WarehouseOrder.closed_at.is_(None)]


def _signed_and_open() -> list[ColumnElement[bool]]:
    return [WarehouseOrder.signed_at.is_not(None), WarehouseOrder.closed_at.is_(None)]


def _unfinished(direction: Direction) -> list[ColumnElement[bool]]:
    o = WarehouseOrder
    return [
        o.signed_at.is_not(None),
        o.finished_at.is_(None),
        o.ending.is_(None),
        o.direction == direction.value,
    ]


_AWAITS: dict[str, Callable[[], list[ColumnElement[bool]]]] = {
    "signature": _to_sign,
    "receiving": lambda: _unfinished(Direction.IN),
    "releasing": lambda: _unfinished(Direction.OUT),
}


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    o = WarehouseOrder
    lines = select(func.count()).where(OrderLine.order_id == o.id).scalar_subquery()
    return (
        visible_orders(actor)
        .with_only_columns(
            o.id,
            o.reference,
            o.direction,
            o.purpose,
            o.ending,
            o.number,
            Place.name,
            o.party_name,
            o.requested_at,
            Staff.name,
            o.signed_at,
            o.closed_at,
            o.finished_at,
            lines,
        )
        .join(Place, Place.id == o.place_id)
        .outerjoin(Staff, Staff.id == o.requested_by_id)
    )


def _row(row: Sequence[Any]) -> OrderRow:
    ending = Ending(row[4]) if row[4] else None
    return OrderRow(row[0], row[1], Direction(row[2]), Purpose(row[3]), ending, *row[5:])


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"

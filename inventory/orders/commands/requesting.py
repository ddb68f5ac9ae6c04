"""Asking the head for an order (giấy đề nghị), and taking the request back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, Numeric, Text, column, func, select, table
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound, Unlawful
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.said import tidy
from inventory.base.scope import in_sight
from inventory.cases.queries import get_open_case
from inventory.orders.models import OrderLine, OrderStep, WarehouseOrder
from inventory.orders.queries import list_steps, lock_order
from inventory.orders.rules import (
    MOST_LINES,
    PREFIX,
    PURPOSES,
    Direction,
    Ending,
    OrderIsClosed,
    Purpose,
    Step,
    check_turn,
    countable,
)
from inventory.orders.schemas import Closing, NewLine, NewOrder
from inventory.warehouses.models import Place
from inventory.warehouses.queries import visible_places
from inventory.warehouses.rules import WAREHOUSE_FORMS, PlaceIsClosed

SEQUENCE = "warehouse_order_id_seq"
_asset = table(
    "asset",
    column("id", BigInteger),
    column("reference", Text),
    column("description", Text),
    column("identification", Text),
    column("unit", Text),
    column("quantity", Numeric),
    column("office_id", BigInteger),
)
_holding = table("holding", column("asset_id", BigInteger), column("place_id", BigInteger))
"""The assets that orders name and where they are; the tables belong to rooms above."""


class Coming(NamedTuple):
    """A thing that is on its way to the office and not yet in its sight, as its papers say."""

    id: int
    description: str
    unit: str | None
    quantity: Decimal


class _Asset(NamedTuple):
    id: int
    description: str
    identification: str | None
    unit: str | None
    quantity: Decimal
    office_id: int
    warehouse_id: int | None


def request_order(
    session: Session,
    actor: Actor,
    new: NewOrder,
    *,
    at: datetime,
    coming: Mapping[str, Coming] | None = None,
) -> WarehouseOrder:
    """Ask for an order to store in or to release (C01/17 Art. 7(2), 9(2)).

    ``coming`` are things by their numbers that a room above knows to be on their way.
    Raises NotFound (place, case, asset), PlaceIsClosed, CaseIsClosed, Invalid, Unlawful.
    """
    actor.require("orders.request")
    _check(new)
    place = _warehouse(session, actor, new.place_id, at)
    _refuse_new_evidence(session, new, place, at)
    case = None
    if new.case_number is not None:
        case = get_open_case(session, place.office_id, new.case_number, at=at)
    lines = _lines(session, actor, new, place, coming or {})
    (order_id,) = ids.take(session, SEQUENCE)
    order = WarehouseOrder(
        id=order_id,
        reference=reference(PREFIX, order_id),
        office_id=place.office_id,
        place_id=place.id,
        direction=new.direction.value,
        purpose=new.purpose.value,
        reason=new.reason,
        legal_basis=new.legal_basis,
        case_id=case.id if case else None,
        party_name=new.party_name,
        party_post=new.party_post,
        party_identity=new.party_identity,
        planned_at=new.planned_at,
        requested_at=at,
        requested_by_id=actor.staff_id,
    )
    session.add(order)
    session.flush()
    for line in lines:
        line.order_id = order.id
    session.add_all([*lines, step_row(order, actor, Step.REQUEST, at=at)])
    session.flush()
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    data = {"direction": order.direction, "purpose": order.purpose, "lines": len(lines)}
    audit.record(session, actor, Act.ORDER_REQUESTED, subject, data, at=at)
    return order


def withdraw_order(
    session: Session, actor: Actor, ref: str, new: Closing, *, at: datetime
) -> WarehouseOrder:
    """Take a request back before it is signed; its author only.

    Raises NotFound, Forbidden, OrderIsClosed, OutOfTurn.
    """
    actor.require("orders.request")
    order = lock_order(session, actor, ref)
    if actor.staff_id != order.requested_by_id:
        raise Forbidden(_("Only who asked for the order takes the request back."))
    close_unsigned(session, order, Ending.WITHDRAWN, new.reason, at=at)
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    audit.record(session, actor, Act.ORDER_WITHDRAWN, subject, {"reason": new.reason}, at=at)
    return order


def close_unsigned(
    session: Session, order: WarehouseOrder, ending: Ending, reason: str, *, at: datetime
) -> None:
    """End a request that nobody signed.

    Raises OrderIsClosed, OutOfTurn.
    """
    refuse_closed(order)
    check_turn(Direction(order.direction), steps_of(session, order), Step.ORDER)
    order.closed_at, order.ending, order.ending_reason = at, ending.value, reason
    order.finished_at = at
    session.flush()


def refuse_closed(order: WarehouseOrder) -> None:
    """Refuse an act on an order that was refused or withdrawn.

    Raises OrderIsClosed.
    """
    if order.ending is not None:
        raise OrderIsClosed(_("%(reference)s was refused or withdrawn."), reference=order.reference)


def steps_of(session: Session, order: WarehouseOrder) -> set[Step]:
    """The steps an order has taken."""
    return {step.step for step in list_steps(session, order.id)}


def step_row(
    order: WarehouseOrder,
    actor: Actor,
    step: Step,
    *,
    at: datetime,
    paper: tuple[str, str] | None = None,
    said: tuple[str | None, str | None, str | None] = (None, None, None),
) -> OrderStep:
    """A step taken now.

    ``paper`` is its reference and number, ``said`` identity, authority and note.
    """
    identity, authority, note = said
    return OrderStep(
        order_id=order.id,
        step=step.value,
        office_id=order.office_id,
        at=at,
        by_id=actor.staff_id,
        by_name=actor.name,
        paper_reference=paper[0] if paper else None,
        paper_number=paper[1] if paper else None,
        identity=identity,
        authority=authority,
        note=note,
    )


def _check(new: NewOrder) -> None:
    if new.purpose not in PURPOSES[new.direction]:
        raise Invalid(_("That purpose goes in the other direction."), field="purpose")
    if not new.lines:
        raise Invalid(_("An order names at least one thing."), field="lines")
    if len(new.lines) > MOST_LINES:
        raise Invalid(_("An order names %(n)s things at most."), field="lines", n=MOST_LINES)


def _refuse_new_evidence(session: Session, new: NewOrder, place: Place, at: datetime) -> None:
    """From a day on, new evidence stays where it is kept and is received on paper only."""
    if new.purpose is not Purpose.EVIDENCE:
        return
    kept_in = law.ruling(session, "evidence_kept_in", local_day(at))
    if place.custody_form not in kept_in.codes:
        raise Unlawful(
            _("Evidence stays with the body that keeps it; it is received on paper only."),
            field="purpose",
            **kept_in.basis,
        )


def _warehouse(session: Session, actor: Actor, place_id: int, at: datetime) -> Place:
    place = session.scalar(visible_places(actor).where(Place.id == place_id))
    if place is None:
        raise NotFound(_("There is no such place."), field="place_id")
    if place.parent_id is not None or place.custody_form not in WAREHOUSE_FORMS:
        raise Invalid(_("An order is for a whole warehouse of the office."), field="place_id")
    if place.closed_on is not None and place.closed_on <= local_day(at):
        raise PlaceIsClosed(_("The place is closed."), field="place_id")
    return place


def _lines(
    session: Session, actor: Actor, new: NewOrder, place: Place, coming: Mapping[str, Coming]
) -> list[OrderLine]:
    wanted = [tidy(line.asset).upper() for line in new.lines if line.asset is not None]
    if len(set(wanted)) < len(wanted):
        raise Invalid(_("An asset is named twice."), field="lines")
    assets = _find_assets(session, actor, wanted)
    for name, one in coming.items():
        known = _Asset(one.id, one.description, None, one.unit, one.quantity, place.office_id, None)
        assets.setdefault(name, known)
    return [
        _line(no, line, assets.get(tidy(line.asset).upper()) if line.asset else None, new, place)
        for no, line in enumerate(new.lines, start=1)
    ]


def _find_assets(session: Session, actor: Actor, wanted: Sequence[str]) -> dict[str, _Asset]:
    if not wanted:
        return {}
    root = func.nullif(func.split_part(Place.path, "/", 2), "").cast(BigInteger)
    rows = session.execute(
        select(
            _asset.c.reference,
            _asset.c.id,
            _asset.c.description,
            _asset.c.identification,
            _asset.c.unit,
            _asset.c.quantity,
            _asset.c.office_id,
            root,
        )
        .select_from(_asset)
        .outerjoin(_holding, _holding.c.asset_id == _asset.c.id)
        .outerjoin(Place, Place.id == _holding.c.place_id)
        .where(in_sight(_asset.c.office_id, actor), _asset.c.reference.in_(wanted))
    )
    return {row[0]: _Asset(*row[1:]) for row in rows}


def _line(no: int, said: NewLine, asset: _Asset | None, new: NewOrder, place: Place) -> OrderLine:
    field = f"lines.{no}"
    if said.asset is not None:
        _refuse_asset(said.asset, asset, new.direction, place, field=field)
    elif new.direction is Direction.OUT:
        raise Invalid(_("Only an asset that is here can be released."), field=f"{field}.asset")
    elif said.description is None:
        raise Invalid(_("Give an asset's number or a description."), field=f"{field}.description")
    quantity = _pieces(said.quantity, asset, field=f"{field}.quantity")
    return OrderLine(
        no=no,
        office_id=place.office_id,
        asset_id=asset.id if asset else None,
        description=(asset.description if asset else said.description or "")[:300],
        identification=asset.identification if asset else said.identification,
        unit=asset.unit if asset else said.unit,
        quantity=quantity,
        features=said.features,
        state=said.state,
        seal_number=said.seal_number,
    )


def _pieces(said: Decimal | None, asset: _Asset | None, *, field: str) -> Decimal:
    """How many pieces a line is for: of an asset all that are registered, no more and no less."""
    pieces = said if said is not None else asset.quantity if asset else Decimal(1)
    if not countable(pieces) or pieces <= 0:
        raise Invalid(_("The quantity must be more than nothing."), field=field)
    if asset is None or pieces == asset.quantity:
        return pieces
    raise Invalid(
        _("%(said)s is asked for, but the asset is %(there)s: all of it goes on one line."),
        field=field,
        said=f"{pieces.normalize():f}",
        there=f"{asset.quantity.normalize():f}",
    )


def _refuse_asset(
    named: str, asset: _Asset | None, direction: Direction, place: Place, *, field: str
) -> None:
    if asset is None or asset.office_id != place.office_id:
        raise NotFound(
            _("There is no asset %(reference)s."), field=f"{field}.asset", reference=named
        )
    if direction is Direction.OUT and asset.warehouse_id != place.id:
        raise Invalid(
            _("%(reference)s does not lie in that warehouse."),
            field=f"{field}.asset",
            reference=named,
        )

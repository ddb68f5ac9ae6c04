"""What follows a signed order: the check of a release, the hand-over minutes, the slip.

Each comes in its turn; stock card and register have their lines when the last paper is written, and
the step of the labels is taken when everything that came bears one.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import events
from inventory.base.actor import SYSTEM, Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, Unlawful
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.keepers.queries import kept_by
from inventory.keepers.rules import DUTIES, NotTheKeeper
from inventory.orders.commands import papers
from inventory.orders.commands.requesting import refuse_closed, step_row, steps_of
from inventory.orders.models import OrderFound, WarehouseOrder
from inventory.orders.queries import get_order, list_lines, lock_order
from inventory.orders.rules import (
    BY_ORDER_ONLY,
    Direction,
    NotTheCounted,
    OrderFinished,
    Step,
    check_turn,
    countable,
    next_step,
)
from inventory.orders.schemas import FoundLine, HandOver, LineOut


def check_release(
    session: Session, actor: Actor, ref: str, new: HandOver, *, at: datetime
) -> WarehouseOrder:
    """Check the taker's identity and authority, and each thing's state and seal (D152/26 Art. 41).

    Raises NotFound, OrderIsClosed, OutOfTurn, NotTheKeeper, Invalid.
    """
    order = _in_turn(session, actor, ref, Step.CHECK, at)
    if new.identity is None:
        raise Invalid(_("Say which identity paper the taker showed."), field="identity")
    if new.authority is None:
        raise Invalid(_("Say which paper entitles the taker."), field="authority")
    _write_found(session, order, new, local_day(at))
    said = (new.identity, new.authority, new.note)
    session.add(step_row(order, actor, Step.CHECK, at=at, said=said))
    session.flush()
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    audit.record(session, actor, Act.ORDER_CHECKED, subject, {"lines": len(new.lines)}, at=at)
    return order


def write_minutes(
    session: Session, actor: Actor, ref: str, new: HandOver, *, at: datetime
) -> WarehouseOrder:
    """Write the hand-over minutes: each line as the order says and as it was (C04/23 Art. 10(2)).

    Of a release the check told what was there already.
    Raises NotFound, OrderIsClosed, OutOfTurn, NotTheKeeper, Invalid.
    """
    order = _in_turn(session, actor, ref, Step.MINUTES, at)
    if order.direction == Direction.IN:
        _write_found(session, order, new, local_day(at))
    shown = get_order(session, actor, order.reference)
    paper = papers.issue_minutes(session, actor, shown, new.note, at=at)
    made, said = (paper.reference, paper.number), (new.identity, new.authority, new.note)
    session.add(step_row(order, actor, Step.MINUTES, at=at, paper=made, said=said))
    session.flush()
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    audit.record(session, actor, Act.ORDER_HANDED_OVER, subject, {"paper": paper.reference}, at=at)
    _finish(session, order, at)
    return order


def write_slip(session: Session, actor: Actor, ref: str, *, at: datetime) -> WarehouseOrder:
    """Write the receipt or release slip, after which nothing goes through (C04/23 Art. 11(2)).

    What was counted must be what went through the door, line by line.
    Raises NotFound, OrderIsClosed, OutOfTurn, NotTheKeeper, NotTheCounted.
    """
    order = _in_turn(session, actor, ref, Step.SLIP, at)
    for line in list_lines(session, order.id):
        _refuse_difference(line)
    shown = get_order(session, actor, order.reference)
    paper = papers.issue_slip(session, actor, shown, at=at)
    made = (paper.reference, paper.number)
    session.add(step_row(order, actor, Step.SLIP, at=at, paper=made))
    order.closed_at = at
    session.flush()
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    audit.record(session, actor, Act.ORDER_SLIP_WRITTEN, subject, {"paper": paper.reference}, at=at)
    _finish(session, order, at)
    return order


def record_labelled(session: Session, order_id: int, by_name: str, *, at: datetime) -> None:
    """Take the step of the labels of an order that is finished: all that came in bears one.

    Whoever printed the last one has taken it (C04/23 Art. 11(1)); a second time changes nothing.
    """
    order = session.get_one(WarehouseOrder, order_id)
    if order.finished_at is None or Step.LABEL in steps_of(session, order):
        return
    taken = step_row(order, SYSTEM, Step.LABEL, at=at)
    taken.by_name = by_name
    session.add(taken)
    session.flush()


def _in_turn(session: Session, actor: Actor, ref: str, step: Step, at: datetime) -> WarehouseOrder:
    """The order, locked, if it is this keeper's to take that step now."""
    actor.require("orders.hand_over")
    order = lock_order(session, actor, ref)
    refuse_closed(order)
    check_turn(Direction(order.direction), steps_of(session, order), step)
    if order.place_id not in kept_by(session, actor.staff_id, local_day(at)):
        raise NotTheKeeper(
            _("Only the keeper appointed to this warehouse does that."),
            **ruling(session, DUTIES, local_day(at)).basis,
        )
    return order


def _write_found(session: Session, order: WarehouseOrder, new: HandOver, on: date) -> None:
    lines = {line.no: line for line in list_lines(session, order.id)}
    found = {line.no: line for line in new.lines}
    if found.keys() != lines.keys() or len(found) < len(new.lines):
        raise Invalid(_("Say of every line of the order, once, what was there."), field="lines")
    session.add_all(_found_row(session, order, lines[no], said, on) for no, said in found.items())
    session.flush()


def _found_row(
    session: Session, order: WarehouseOrder, line: LineOut, said: FoundLine, on: date
) -> OrderFound:
    field = f"lines.{said.no}.quantity"
    if not countable(said.quantity) or said.quantity < 0:
        raise Invalid(_("The quantity must be nothing or more."), field=field)
    if said.quantity > line.quantity:
        raise Unlawful(
            _("The order says %(quantity)s; more is not handed over on it."),
            field=field,
            quantity=line.quantity,
            **ruling(session, BY_ORDER_ONLY, on).basis,
        )
    return OrderFound(
        order_id=order.id,
        no=said.no,
        office_id=order.office_id,
        quantity=said.quantity,
        state=said.state,
        seal_number=said.seal_number,
        note=said.note,
    )


def _refuse_difference(line: LineOut) -> None:
    if line.found is not None and line.found != line.used:
        raise NotTheCounted(
            _("Line %(no)s: %(found)s were counted, %(used)s went through the door."),
            field=f"lines.{line.no}",
            no=line.no,
            found=line.found,
            used=line.used,
        )


def _finish(session: Session, order: WarehouseOrder, at: datetime) -> None:
    """Tell that the last paper is written, if it is."""
    if next_step(Direction(order.direction), steps_of(session, order)) is None:
        order.finished_at = at
        session.flush()
        events.publish(session, OrderFinished(order.id, order.reference, order.office_id))

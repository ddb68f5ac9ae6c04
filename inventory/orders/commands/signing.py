"""Signing and refusing orders; who signs for the head."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import events
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.keepers.queries import kept_by
from inventory.orders.commands import papers
from inventory.orders.commands.requesting import (
    close_unsigned,
    refuse_closed,
    step_row,
    steps_of,
)
from inventory.orders.delegations import signs_for_head
from inventory.orders.models import OrderBalance, OrderLine, SigningDelegation, WarehouseOrder
from inventory.orders.queries import get_order, lock_order
from inventory.orders.rules import (
    HEAD_SIGNS,
    DelegationStands,
    Direction,
    Ending,
    NotYoursToSign,
    OrderInUse,
    OrderIsClosed,
    OrderSigned,
    Step,
    check_turn,
)
from inventory.orders.schemas import Closing, NewDelegation
from inventory.organisation.queries import appointments_on, get_staff
from inventory.organisation.rules import Role


def sign_order(session: Session, actor: Actor, ref: str, *, at: datetime) -> WarehouseOrder:
    """Make a request an order: it is numbered, frozen and may be carried out (C04/23 Art. 11(2)).

    Raises NotFound, OrderIsClosed, OutOfTurn, NotYoursToSign.
    """
    actor.require("orders.sign")
    order = lock_order(session, actor, ref)
    refuse_closed(order)
    check_turn(Direction(order.direction), steps_of(session, order), Step.ORDER)
    for_head = _signs_instead(session, actor, order, at)
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    session.add_all(
        OrderBalance(
            order_id=order.id, no=line.no, office_id=order.office_id, quantity=line.quantity, used=0
        )
        for line in lines
    )
    shown = get_order(session, actor, order.reference)
    paper = papers.issue_order(session, actor, shown, for_head=for_head, at=at)
    order.signed_at, order.signed_by_id, order.number = at, actor.staff_id, paper.number
    made = (paper.reference, paper.number)
    session.add(step_row(order, actor, Step.ORDER, at=at, paper=made))
    session.flush()
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    data = {"number": paper.number, "paper": paper.reference, "for_head": for_head}
    audit.record(session, actor, Act.ORDER_SIGNED, subject, data, at=at)
    events.publish(session, OrderSigned(order.id, order.reference, order.office_id))
    return order


def refuse_order(
    session: Session, actor: Actor, ref: str, new: Closing, *, at: datetime
) -> WarehouseOrder:
    """Refuse a request, or recall a signed order on which nothing went through yet.

    Raises NotFound, NotYoursToSign, OrderIsClosed, OrderInUse, OutOfTurn.
    """
    actor.require("orders.sign")
    order = lock_order(session, actor, ref)
    _signs_instead(session, actor, order, at)
    subject = audit.Subject("order", order.id, order.reference, order.office_id)
    if order.signed_at is None:
        close_unsigned(session, order, Ending.REFUSED, new.reason, at=at)
        audit.record(session, actor, Act.ORDER_REFUSED, subject, {"reason": new.reason}, at=at)
        return order
    refuse_closed(order)
    if order.closed_at is not None:
        raise OrderIsClosed(_("%(reference)s was carried out."), reference=order.reference)
    used = select(OrderBalance.no).where(OrderBalance.order_id == order.id, OrderBalance.used > 0)
    if session.scalars(used.limit(1)).first() is not None:
        raise OrderInUse(_("Something went through on this order already."))
    shown = get_order(session, actor, order.reference)
    papers.recall_order(session, actor, shown, new.reason, at=at)
    order.closed_at, order.finished_at = at, at
    order.ending, order.ending_reason = Ending.WITHDRAWN.value, new.reason
    session.flush()
    audit.record(session, actor, Act.ORDER_WITHDRAWN, subject, {"reason": new.reason}, at=at)
    return order


def delegate_signing(
    session: Session, actor: Actor, new: NewDelegation, *, at: datetime
) -> SigningDelegation:
    """Let a deputy sign warehouse orders of the office for some time (C04/23 Art. 11(2)).

    Raises NotFound (staff), Invalid.
    """
    actor.require("orders.delegate")
    if new.valid_to < new.valid_from:
        raise Invalid(_("The last day lies before the first."), field="valid_to")
    staff = get_staff(session, new.staff)
    roles = [
        appointed.role
        for appointed in appointments_on(session, staff.id, new.valid_from)
        if appointed.office_id == actor.office_id
    ]
    if Role.OFFICER not in roles or Role.KEEPER in roles:
        raise Invalid(
            _("A delegate is an enforcement officer of the office and no keeper."), field="staff"
        )
    made = SigningDelegation(
        office_id=actor.office_id,
        staff_id=staff.id,
        decision_number=new.decision_number,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        given_by_id=actor.staff_id,
        recorded_at=at,
    )
    session.add(made)
    session.flush()
    subject = audit.Subject("staff", staff.id, staff.code, actor.office_id)
    data = {"decision": new.decision_number, "to": new.valid_to.isoformat()}
    audit.record(session, actor, Act.SIGNING_DELEGATED, subject, data, at=at)
    return made


def end_delegation(
    session: Session, actor: Actor, delegation_id: int, *, at: datetime
) -> SigningDelegation:
    """Take the signing back before its last day.

    Raises NotFound, DelegationStands.
    """
    actor.require("orders.delegate")
    d = SigningDelegation
    found = session.scalar(
        select(d)
        .where(d.id == delegation_id, d.office_id == actor.office_id, in_sight(d.office_id, actor))
        .with_for_update()
    )
    if found is None:
        raise NotFound(_("There is no such delegation."))
    if found.ended_at is not None:
        raise DelegationStands(_("The delegation has ended already."))
    found.ended_at = at
    session.flush()
    subject = audit.Subject("staff", found.staff_id, found.decision_number, found.office_id)
    audit.record(session, actor, Act.DELEGATION_ENDED, subject, {}, at=at)
    return found


def _signs_instead(session: Session, actor: Actor, order: WarehouseOrder, at: datetime) -> bool:
    """Whether somebody signs for the head; refuses who may not sign at all.

    Raises NotYoursToSign.
    """
    on = local_day(at)
    if actor.staff_id is None or actor.staff_id == order.requested_by_id:
        raise NotYoursToSign(
            _("Who drafted an order does not sign it."), **ruling(session, HEAD_SIGNS, on).basis
        )
    if order.place_id in kept_by(session, actor.staff_id, on):
        raise NotYoursToSign(
            _("The keeper of a warehouse signs no order for it."),
            **ruling(session, HEAD_SIGNS, on).basis,
        )
    if Role.HEAD in actor.roles:
        return False
    if not signs_for_head(session, actor.staff_id, order.office_id, on):
        raise NotYoursToSign(
            _("Only the head of office or his delegate signs the order."),
            **ruling(session, HEAD_SIGNS, on).basis,
        )
    return True

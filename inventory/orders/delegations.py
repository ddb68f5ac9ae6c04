"""Reading who signs orders for the head of office, and until when."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.orders.models import SigningDelegation
from inventory.orders.schemas import DelegationRow
from inventory.organisation.models import Staff


def list_delegations(session: Session, actor: Actor, on: date) -> list[DelegationRow]:
    """Who signs for the head of the actor's office, now or later."""
    d = SigningDelegation
    rows = session.execute(
        select(d.id, Staff.name, d.decision_number, d.valid_from, d.valid_to, d.ended_at)
        .join(Staff, Staff.id == d.staff_id)
        .where(
            in_sight(d.office_id, actor),
            d.office_id == actor.office_id,
            d.valid_to >= on,
            d.ended_at.is_(None),
        )
        .order_by(d.valid_from, d.id)
    )
    return [DelegationRow(*row) for row in rows]


def signs_for_head(session: Session, staff_id: int | None, office_id: int, on: date) -> bool:
    """Whether somebody signs warehouse orders of an office for its head on a day."""
    d = SigningDelegation
    found = exists().where(
        d.office_id == office_id,
        d.staff_id == staff_id,
        d.valid_from <= on,
        d.valid_to >= on,
        d.ended_at.is_(None),
    )
    return bool(session.scalar(select(found)))

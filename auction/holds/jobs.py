"""What of the holds falls due by itself: those that reached their longest time end."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.holds.commands import end_overdue
from auction.holds.models import Hold
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions

MOST = 500
"""Holds looked at in one go; the rest comes with the next look."""


def due_holds(session: Session, at: datetime) -> list[str]:
    """Open holds whose last day has passed."""
    statement = (
        select(Hold.id)
        .where(Hold.ended_on.is_(None), Hold.longest_until < local_day(at))
        .order_by(Hold.longest_until, Hold.id)
        .limit(MOST)
    )
    return [str(hold_id) for hold_id in session.scalars(statement)]


def end_due(transactions: Transactions, key: str, at: datetime) -> None:
    """End one of them."""
    with transactions() as session:
        end_overdue(session, SYSTEM, int(key), at=at)


ENDS = Job("holds.end", due_holds, end_due)

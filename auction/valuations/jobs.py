"""What of the valuations falls due by itself: the parties' time to ask for another one is over."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline
from auction.deadlines.queries import is_open
from auction.valuations.commands.window import WINDOW, close_window
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions

MOST = 500
"""Windows looked at in one go; the rest comes with the next look."""


def due_windows(session: Session, at: datetime) -> list[str]:
    """Windows that run and whose last day has passed."""
    statement = (
        select(Deadline.id)
        .where(
            Deadline.rule_key == WINDOW,
            is_open(),
            Deadline.paused_on.is_(None),
            Deadline.due_on < local_day(at),
        )
        .order_by(Deadline.due_on, Deadline.id)
        .limit(MOST)
    )
    return [str(deadline_id) for deadline_id in session.scalars(statement)]


def close_due(transactions: Transactions, key: str, at: datetime) -> None:
    """Close one of them."""
    with transactions() as session:
        close_window(session, SYSTEM, int(key), at=at)


WINDOWS = Job("valuations.windows", due_windows, close_due)

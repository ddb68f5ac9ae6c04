"""What of the deadlines happens by itself: an ordered move of dates is carried out."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.deadlines.recounting import carry_out, find_running
from inventory.base.actor import SYSTEM
from inventory.base.jobs import Job, Transactions


def due_recounts(session: Session, at: datetime) -> list[str]:
    """The order that is not carried out yet."""
    running = find_running(session)
    return [str(running.id)] if running and running.ordered_at <= at else []


def recount(transactions: Transactions, key: str, at: datetime) -> None:
    """Carry an order out."""
    carry_out(transactions, SYSTEM, int(key), at=at)


RECOUNT = Job("deadlines.recount", due_recounts, recount)

"""What of the deadlines happens by itself: an ordered move of dates is carried out, and what runs
on the end of a limit begins."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.deadlines.recounting import carry_out, find_running
from auction.deadlines.succession import ended_limits, succeed
from inventory.base.actor import SYSTEM
from inventory.base.jobs import Job, Transactions

MOST = 500
"""Limits looked at in one go; the rest comes with the next look."""


def due_recounts(session: Session, at: datetime) -> list[str]:
    """The order that is not carried out yet."""
    running = find_running(session)
    return [str(running.id)] if running and running.ordered_at <= at else []


def recount(transactions: Transactions, key: str, at: datetime) -> None:
    """Carry an order out."""
    carry_out(transactions, SYSTEM, int(key), at=at)


RECOUNT = Job("deadlines.recount", due_recounts, recount)


def due_successions(session: Session, at: datetime) -> list[str]:
    """Limits that ended unmet, of which another one follows."""
    return [str(deadline_id) for deadline_id in ended_limits(session, at, MOST)]


def follow(transactions: Transactions, key: str, at: datetime) -> None:
    """Let begin what follows one of them."""
    with transactions() as session:
        succeed(session, SYSTEM, int(key), at=at)


SUCCESSION = Job("deadlines.succession", due_successions, follow)

"""What of the reviews falls due by itself: the sweep."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions

_SOMETHING_DUE = text(
    "SELECT NOT EXISTS (SELECT FROM sweep_run WHERE as_of = :on) OR EXISTS ("
    " SELECT FROM failure_run WHERE failed_in_a_row >= flag_at AND last_held_on <= :on)"
)


def due_sweeps(session: Session, at: datetime) -> list[str]:
    """Today's sweep, where there was none yet or an asset reached a tier since."""
    today = local_day(at)
    return [today.isoformat()] if session.scalar(_SOMETHING_DUE, {"on": today}) else []


def sweep_day(transactions: Transactions, key: str, at: datetime) -> None:
    """Sweep as of a day."""
    sweep(transactions, SYSTEM, date.fromisoformat(key), at=at)


SWEEP = Job("reviews.sweep", due_sweeps, sweep_day)

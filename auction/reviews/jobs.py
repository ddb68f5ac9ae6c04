"""What of the reviews falls due by itself: the sweep."""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from auction.reviews.commands import sweep
from auction.reviews.models import SweepRun
from auction.reviews.sweeping import work_of
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions


def due_sweeps(session: Session, at: datetime) -> list[str]:
    """Today's sweep, where there was none yet or an asset reached a tier since."""
    today = local_day(at)
    swept = session.scalar(select(exists().where(SweepRun.as_of == today)))
    something_due, _past = work_of(session, today)
    return [] if swept and not something_due else [today.isoformat()]


def sweep_day(transactions: Transactions, key: str, at: datetime) -> None:
    """Sweep as of a day."""
    sweep(transactions, SYSTEM, date.fromisoformat(key), at=at)


SWEEP = Job("reviews.sweep", due_sweeps, sweep_day)

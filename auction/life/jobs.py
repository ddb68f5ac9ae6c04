"""What of the lives falls due by itself: the seizures that no step tells of yet."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.life.ledger import begin
from inventory.base.actor import SYSTEM
from inventory.base.jobs import Job, Transactions
from inventory.seizures.ledger import follow_next, some_wait

MOST = 500
"""Seizures taken up in one transaction."""
NEW = "new"


def due_lives(session: Session, _at: datetime) -> list[str]:
    """One thing to do while a seizure waits."""
    return [NEW] if some_wait(session) else []


def begin_lives(transactions: Transactions, _key: str, at: datetime) -> None:
    """Let lives begin, batch after batch."""
    while True:
        with transactions() as session:
            waiting = follow_next(session, MOST, at=at)
            begin(session, SYSTEM, waiting, at=at)
        if len(waiting) < MOST:
            return


LIVES = Job("life.begin", due_lives, begin_lives)

"""What of hand-overs falls due by itself: offers nobody answered, loans that should come back."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions
from inventory.handovers.commands.loans import remind
from inventory.handovers.commands.offers import expire
from inventory.handovers.queries import loans, offers


def due_offers(session: Session, at: datetime) -> list[str]:
    """Offers that were not answered by their day."""
    return offers.due_offers(session, local_day(at))


def expire_offer(transactions: Transactions, key: str, at: datetime) -> None:
    """Let an offer expire."""
    with transactions() as session:
        expire(session, SYSTEM, key, at=at)


def due_reminders(session: Session, at: datetime) -> list[str]:
    """Loans of which somebody is to be reminded, each with its tier."""
    return [
        f"{due.reference}/{due.due_on.isoformat()}/{due.tier}"
        for due in loans.due_reminders(session, local_day(at))
    ]


def remind_of_loan(transactions: Transactions, key: str, at: datetime) -> None:
    """Remind of a loan."""
    reference, _due_on, tier = key.split("/")
    with transactions() as session:
        remind(session, SYSTEM, reference, int(tier), at=at)


EXPIRY = Job("handovers.expiry", due_offers, expire_offer)
REMINDERS = Job("handovers.reminders", due_reminders, remind_of_loan)

"""What of the sales falls due by itself: a buyer whose time to pay is over."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.sales.commands.overdue import propose_default
from auction.sales.models import Sale
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions

MOST = 500
"""Sales looked at in one go; the rest comes with the next look."""


def due_defaults(session: Session, at: datetime) -> list[str]:
    """Sales whose price was to be paid before today and is not, and of which nothing was said."""
    statement = (
        select(Sale.id)
        .where(
            Sale.due_on < local_day(at),
            Sale.paid_on.is_(None),
            Sale.defaulted_on.is_(None),
            Sale.cancelled_on.is_(None),
            Sale.delivered_on.is_(None),
            Sale.default_proposed_on.is_(None),
        )
        .order_by(Sale.due_on, Sale.id)
        .limit(MOST)
    )
    return [str(sale_id) for sale_id in session.scalars(statement)]


def propose(transactions: Transactions, key: str, at: datetime) -> None:
    """Propose the default of one of them."""
    with transactions() as session:
        propose_default(session, SYSTEM, int(key), at=at)


DEFAULTS = Job("sales.default", due_defaults, propose)

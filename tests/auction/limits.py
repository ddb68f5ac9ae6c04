"""A limit that began on a day of November 2026, and transactions inside that of a test."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from inventory.base.jobs import Transactions
from tests.make.organisation import People

STARTED_ON = date(2026, 11, 19)
DUE_ON = date(2026, 11, 27)
"""Five working days later: a weekend and the Cultural Day of the 24th do not count."""


def a_limit(
    session: Session,
    people: People,
    ref: str,
    *,
    at: datetime,
    key: str = "reduction_decision_due",
    **said: Any,
) -> DeadlineOut:
    about = DeadlineSubject("lot", ref, people.office.id, lot_id=said.get("lot_id", 1))
    return set_deadline(session, people.officer, key, STARTED_ON, about, at=at)


def same(session: Session) -> Transactions:
    """Transactions that are parts of the test's own."""

    def open_one() -> AbstractContextManager[Session]:
        session.flush()
        return nullcontext(session)

    return open_one

"""Ending a count that cannot come to its end: it gives no result and stays visible."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.stocktakes.commands.judge import lock_stocktake
from inventory.stocktakes.models import PlannedCount, Stocktake, StocktakeDifference
from inventory.stocktakes.schemas.said import Abandon


def abandon_stocktake(
    session: Session, actor: Actor, reference: str, said: Abandon, *, at: datetime
) -> Stocktake:
    """End a count without a result, saying why; the place can be counted anew.

    Its list, scans and differences stay as they are; what it was to fulfil is planned still, and
    what was confirmed missing stays so (C04/23 Art. 11(4)).
    Raises Forbidden, NotFound, StocktakeClosed.
    """
    actor.require("stocktakes.approve")
    stocktake = lock_stocktake(session, actor, reference)
    d = StocktakeDifference
    waiting = session.scalar(
        select(func.count()).where(d.stocktake_id == stocktake.id, d.closed_at.is_(None))
    )
    stocktake.closed_at, stocktake.closed_by_id = at, actor.staff_id
    stocktake.abandoned_reason = said.reason
    session.flush()
    session.execute(
        update(PlannedCount)
        .where(PlannedCount.stocktake_id == stocktake.id)
        .values(stocktake_id=None)
    )
    subject = audit.Subject("stocktake", stocktake.id, stocktake.reference, stocktake.office_id)
    data = {"why": said.reason, "open_differences": waiting}
    audit.record(session, actor, Act.STOCKTAKE_ABANDONED, subject, data, at=at)
    return stocktake

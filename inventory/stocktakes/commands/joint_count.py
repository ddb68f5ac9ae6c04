"""The count of a warehouse that gets another keeper: opened with the change, given up with it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.keepers.rules import CountedOnPaper, KeeperChangeOpened
from inventory.stocktakes.commands.abandon import abandon_stocktake
from inventory.stocktakes.commands.open_stocktake import open_stocktake
from inventory.stocktakes.models import Stocktake
from inventory.stocktakes.rules import Period
from inventory.stocktakes.schemas.said import Abandon, NewStocktake

BASIS = "Bàn giao thủ kho"


def follow_change(session: Session, event: KeeperChangeOpened) -> None:
    """Open the joint count with a change that begins; another count that runs ends first.

    A change of a later day is counted then: its page opens the count in one step.
    """
    if event.begins_on > local_day(event.at) or _running(session, event.place_id) is not None:
        return
    new = NewStocktake(event.place_id, Period.HANDOVER, f"{BASIS}, {event.decision}")
    open_stocktake(session, event.actor, new, at=event.at)


def follow_paper(session: Session, event: CountedOnPaper) -> None:
    """A count that was held on paper takes the place of the one that was opened by itself."""
    running = _running(session, event.place_id)
    if running is not None and running.period == Period.HANDOVER:
        why = Abandon(event.reason)
        abandon_stocktake(session, event.actor, running.reference, why, at=event.at)


def open_joint_count(session: Session, actor: Actor, place_id: int, *, at: datetime) -> Stocktake:
    """Open the joint count of a change that is going on, or tell the one that runs.

    Raises what opening a stocktake raises.
    """
    actor.require("stocktakes.open")
    running = _running(session, place_id)
    if running is not None and running.period == Period.HANDOVER and actor.sees(running.office_id):
        return running
    return open_stocktake(session, actor, NewStocktake(place_id, Period.HANDOVER, BASIS), at=at)


def _running(session: Session, place_id: int) -> Stocktake | None:
    s = Stocktake
    return session.scalar(select(s).where(s.place_id == place_id, s.closed_at.is_(None)))

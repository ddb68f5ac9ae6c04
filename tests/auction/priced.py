"""How an asset on its way to a price stands: its state, its limits, its papers."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.valuations.queries import get_asset
from inventory.papers.models import Paper
from tests.make.organisation import People

OLD = date(2026, 5, 4)


def id_of(session: Session, people: People, asset: str) -> int:
    return get_asset(session, people.officer, asset).id


def state(session: Session, people: People, asset: str) -> State:
    found = id_of(session, people, asset)
    return standing_of(session, [found])[found].state


def due(session: Session, people: People, asset: str) -> dict[str, tuple[date, date | None]]:
    rows = deadlines_of(session, people.officer, "asset", asset)
    return {row.rule_key: (row.due_on, row.met_on) for row in rows}


def papers(session: Session, asset: str) -> list[str]:
    return list(
        session.scalars(select(Paper.kind).where(Paper.subject_ref == asset).order_by(Paper.id))
    )

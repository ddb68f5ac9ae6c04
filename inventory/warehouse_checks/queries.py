"""What the program knows of a warehouse, in one statement, and inspections that were made."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.law import ruling
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office
from inventory.stocktakes.periods import period_begins
from inventory.stocktakes.queries.duty import last_due
from inventory.warehouse_checks.models import WarehouseCheck, WarehouseCheckAnswer
from inventory.warehouse_checks.rules import (
    BASES,
    FIGURES,
    Answer,
    Figure,
    NotAWarehouse,
    Question,
)
from inventory.warehouse_checks.schemas import Asked, CheckRow, CountedRow, Known
from inventory.warehouse_checks.statements import count_all, list_one
from inventory.warehouses.models import Place
from inventory.warehouses.queries import get_place, visible_places
from inventory.warehouses.rules import PlaceKind
from inventory.warehouses.schemas import PlaceOut

_ALL = text(count_all())
MOST = 500
"""As many things as a page lists of what a figure counted."""


def get_warehouse(session: Session, actor: Actor, place_id: int) -> PlaceOut:
    """A warehouse in the actor's sight.

    Raises NotFound, NotAWarehouse.
    """
    place = get_place(session, actor, place_id)
    if place.kind is not PlaceKind.WAREHOUSE:
        raise NotAWarehouse(_("A whole warehouse is inspected."), field="place_id")
    return place


def ask(session: Session, place: PlaceOut, *, at: datetime) -> list[Asked]:
    """The checklist with what the program knows, in one statement."""
    row = session.execute(_ALL, _said(session, place, at)).mappings().one()
    return [
        Asked(
            question=question,
            article=BASES[question],
            known=tuple(Known(figure, row[figure.value]) for figure in FIGURES[question]),
        )
        for question in Question
    ]


def list_counted(
    session: Session, place: PlaceOut, figure: Figure, *, at: datetime
) -> list[CountedRow]:
    """What a figure counts at a moment, one by one."""
    said = _said(session, place, at) | {"n": MOST}
    return [CountedRow(*row) for row in session.execute(text(list_one(figure)), said)]


def list_warehouses(session: Session, actor: Actor) -> list[tuple[int, str, str]]:
    """The warehouses that can be inspected: number, name, office."""
    rows = session.execute(
        visible_places(actor)
        .with_only_columns(Place.id, Place.name, Office.name)
        .join(Office, Office.id == Place.office_id)
        .where(Place.kind == PlaceKind.WAREHOUSE.value, Place.closed_on.is_(None))
        .order_by(Office.name_key, Place.code)
        .limit(200)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_checks(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[CheckRow]:
    """Inspections in sight, the newest first."""
    c, a = WarehouseCheck, WarehouseCheckAnswer
    wrong = (
        select(func.count())
        .where(a.check_id == c.id, a.answer == Answer.NOT_IN_ORDER.value)
        .scalar_subquery()
    )
    statement = (
        select(c.id, c.checked_on, c.place_id, Place.name, Office.name, c.team, c.paper, wrong)
        .join(Place, Place.id == c.place_id)
        .join(Office, Office.id == c.office_id)
        .where(in_sight(c.office_id, actor))
    )
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(c.id < after[0])
    rows = session.execute(statement.order_by(c.id.desc()).limit(size + 1))
    return page_of([CheckRow(*row) for row in rows], size, key=lambda row: (row.id,))


def _said(session: Session, place: PlaceOut, at: datetime) -> dict[str, Any]:
    today = local_day(at)
    due = last_due(session, today)
    return {
        "path": place.path,
        "place": place.id,
        "office": place.office_id,
        "today": today,
        "since": at.replace(year=at.year - 1, day=min(at.day, 28)),
        "old": int(str(ruling(session, "backlog_review_old", today).value)),
        "month": (today.replace(day=1) - timedelta(days=1)).replace(day=1),
        "count_due": due.due_on if due else None,
        "count_begins": period_begins(due.period, due.due_on) if due else None,
    }

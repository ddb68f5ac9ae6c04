"""What the program knows of a warehouse, in one statement, and inspections that were made."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.law import ruling
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office
from inventory.warehouse_checks.models import WarehouseCheck, WarehouseCheckAnswer
from inventory.warehouse_checks.rules import (
    BASES,
    FIGURES,
    Answer,
    Figure,
    NotAWarehouse,
    Question,
)
from inventory.warehouse_checks.schemas import Asked, CheckRow, Known
from inventory.warehouses.models import Place
from inventory.warehouses.queries import get_place, visible_places
from inventory.warehouses.rules import PlaceKind
from inventory.warehouses.schemas import PlaceOut

_INSIDE = "SELECT p.id FROM place p WHERE p.path LIKE CAST(:path AS text) || '%'"
_HERE = "FROM holding h WHERE h.place_id IN ({inside})"

_FIGURES = {
    Figure.HELD: (
        "SELECT CAST(coalesce(sum(c.n), 0) AS bigint) FROM place_count c"
        " WHERE c.place_id IN ({inside})"
    ),
    Figure.WITHOUT_DOCUMENT: (
        "SELECT count(*) FROM custody_entry e WHERE e.document = '' AND e.at >= :since"
        " AND (e.to_place_id IN ({inside}) OR e.from_place_id IN ({inside}))"
        " AND e.from_place_id IS DISTINCT FROM e.to_place_id AND e.kind <> 'moved'"
    ),
    Figure.ORDERS_UNFINISHED: (
        "SELECT count(*) FROM warehouse_order o WHERE o.signed_at IS NOT NULL"
        " AND o.finished_at IS NULL AND o.closed_at IS NULL AND o.place_id IN ({inside})"
    ),
    Figure.WITHOUT_LABEL: (
        "SELECT count(*) {here}"
        " AND NOT EXISTS (SELECT FROM asset_label l WHERE l.asset_id = h.asset_id)"
    ),
    Figure.OPEN_DIFFERENCES: (
        "SELECT count(*) FROM stocktake_difference d JOIN stocktake s ON s.id = d.stocktake_id"
        " WHERE d.closed_at IS NULL AND s.place_id IN ({inside})"
    ),
    Figure.CONFIRMED_MISSING: (
        "SELECT count(*) {here} AND EXISTS (SELECT FROM impediment i"
        " WHERE i.asset_id = h.asset_id AND i.code = 'confirmed_missing' AND i.lifted_at IS NULL)"
    ),
    Figure.BROKEN_SEALS: (
        "SELECT count(*) {here} AND EXISTS (SELECT FROM seal_damage d"
        " WHERE d.asset_id = h.asset_id AND d.concluded_on IS NULL)"
    ),
    Figure.SHARED_PLACES: (
        "SELECT count(*) FROM (SELECT h.place_id FROM holding h JOIN asset a ON a.id = h.asset_id"
        " JOIN place s ON s.id = h.place_id AND s.kind = 'box' WHERE h.place_id IN ({inside})"
        " GROUP BY h.place_id HAVING count(DISTINCT a.case_id) > 1) x"
    ),
    Figure.MISSED_STOCKTAKES: (
        "SELECT count(*) FROM planned_count c LEFT JOIN stocktake s ON s.id = c.stocktake_id"
        " WHERE s.closed_at IS NULL AND c.due_on < :today"
        " AND c.place_id IN ({inside})"
    ),
    Figure.CLOSED_STOCKTAKES: (
        "SELECT count(*) FROM stocktake s WHERE s.closed_at >= :since"
        " AND s.abandoned_reason IS NULL AND s.place_id IN ({inside})"
    ),
    Figure.OLD_UNJUDGED: (
        "SELECT count(*) {here} AND EXISTS (SELECT FROM evidence_hold g"
        " LEFT JOIN enforcement_case c ON c.id = g.case_id WHERE g.asset_id = h.asset_id"
        " AND g.kind = 'evidence' AND g.ended_on IS NULL AND c.judgment IS NULL"
        " AND g.received_on <= CAST(:today AS date) - make_interval(years => CAST(:old AS int)))"
    ),
    Figure.CHECKS_LATE: (
        "SELECT count(*) FROM custody_contract k WHERE k.ended_on IS NULL"
        " AND k.check_due_on < :today AND k.office_id = :office"
    ),
    Figure.ENDED_STILL_HELD: (
        "SELECT count(*) {here} AND EXISTS (SELECT FROM evidence_hold g"
        " WHERE g.asset_id = h.asset_id AND g.ended_on < :today) AND NOT EXISTS (SELECT FROM"
        " evidence_hold g WHERE g.asset_id = h.asset_id AND g.ended_on IS NULL) AND NOT EXISTS"
        " (SELECT FROM seizure s WHERE s.asset_id = h.asset_id AND s.released_on IS NULL)"
    ),
}
_PARTS = ", ".join(f"({query}) AS {name}" for name, query in _FIGURES.items())
_ALL = text(f"SELECT {_PARTS}".replace("{here}", _HERE).replace("{inside}", _INSIDE))


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
    today = local_day(at)
    said = {
        "path": place.path,
        "office": place.office_id,
        "today": today,
        "since": at.replace(year=at.year - 1, day=min(at.day, 28)),
        "old": int(str(ruling(session, "backlog_review_old", today).value)),
    }
    row = session.execute(_ALL, said).mappings().one()
    return [
        Asked(
            question=question,
            article=BASES[question],
            known=tuple(Known(figure, row[figure.value]) for figure in FIGURES[question]),
        )
        for question in Question
    ]


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

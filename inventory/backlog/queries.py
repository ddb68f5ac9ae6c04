"""Reading alarms: counts of all kinds in one statement, one kind as a list."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.backlog.models import BookComparison, BookNumber
from inventory.backlog.rules import BOOK, Alarm, month_before
from inventory.backlog.schemas import AlarmCount, AlarmRow, Compared
from inventory.backlog.statements import STATEMENTS
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.law import law_at_hand, ruling, rulings
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.stocktakes.periods import period_begins
from inventory.stocktakes.queries.duty import OWN, last_due
from inventory.warehouses.rules import WAREHOUSE_FORMS

MOST = 1000
"""A kind is counted up to here; more is more than anybody reads."""

FILL = 90
"""A place is nearly full from this share of its capacity, in per cent; a habit of the house."""


def count_alarms(session: Session, actor: Actor, *, at: datetime) -> list[AlarmCount]:
    """How much there is of every kind that has any, in one statement."""
    parts = (
        f"SELECT '{alarm}' AS alarm, count(*) AS n"  # noqa: S608 - our own text
        f" FROM (SELECT 1 FROM ({_statement(actor, alarm)}) x LIMIT {MOST}) y"
        for alarm in STATEMENTS
    )
    rows = session.execute(text(" UNION ALL ".join(parts)), _said(session, actor, at))
    counts = {row.alarm: row.n for row in rows}
    return [AlarmCount(alarm, counts[alarm]) for alarm in Alarm if counts.get(alarm)]


def list_alarms(
    session: Session,
    actor: Actor,
    alarm: Alarm,
    *,
    at: datetime,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AlarmRow]:
    """The things of a kind, the oldest first."""
    after = decode_cursor(cursor, str, int) or ("0001-01-01", 0)
    statement = (
        f'SELECT id, "on", ref, href, what, figure FROM ({_statement(actor, alarm)}) x'  # noqa: S608 - as above
        ' WHERE ("on", id) > (CAST(:after AS date), CAST(:id AS bigint)) ORDER BY "on", id LIMIT :n'
    )
    key = {"after": _day(str(after[0])), "id": after[1], "n": size + 1}
    rows = session.execute(text(statement), {**_said(session, actor, at), **key})
    found = [AlarmRow(*row) for row in rows]
    return page_of(found, size, key=lambda row: (row.on.isoformat(), row.id))


def list_comparisons(session: Session, actor: Actor, *, n: int = 24) -> list[Compared]:
    """The last comparisons of the paper book, the newest first."""
    c = BookComparison
    columns = [getattr(c, name) for name in Compared.__struct_fields__]
    rows = session.execute(
        select(*columns)
        .where(in_sight(c.office_id, actor))
        .order_by(c.month_on.desc(), c.id.desc())
        .limit(n)
    )
    return [Compared(**dict(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def numbers_of(session: Session, office_id: int, book: str, last: int) -> list[int]:
    """The numbers of a book, up to one, that stand for something."""
    b = BookNumber
    known = select(b.number).where(b.office_id == office_id, b.book == book, b.number <= last)
    return list(session.scalars(known))


def count_not_in_book(session: Session, office_id: int, book: str, until: datetime) -> int:
    """Assets taken in before a moment that no number of the book stands for."""
    statement = text(
        "SELECT count(*) FROM asset a WHERE a.office_id = :office AND EXISTS (SELECT FROM"
        " custody_entry e WHERE e.asset_id = a.id AND e.seq = 1 AND e.at < :until)"
        " AND NOT EXISTS (SELECT FROM book_number b WHERE b.asset_id = a.id AND b.book = :book)"
    )
    said = {"office": office_id, "book": book, "until": until}
    return int(session.execute(statement, said).scalar_one())


def find_asset(session: Session, actor: Actor, reference: str) -> int | None:
    """The number of an asset in the actor's sight."""
    wanted = select(Asset.id).where(Asset.reference == reference)
    return session.scalar(wanted.where(in_sight(Asset.office_id, actor)))


def _statement(actor: Actor, alarm: Alarm) -> str:
    office, statement = STATEMENTS[alarm]
    scope = "true" if actor.sees_all else f"{office} = ANY (CAST(:offices AS bigint[]))"
    return statement.replace("{scope}", scope)


def _said(session: Session, actor: Actor, at: datetime) -> dict[str, Any]:
    today = local_day(at)
    said: dict[str, Any] = {"today": today, "fill": FILL, "month": month_before(today)}
    said |= {"book": BOOK, "own": sorted(OWN), "stores": sorted(WAREHOUSE_FORMS)}
    with law_at_hand(session):
        said |= {name: _number(session, key, today) for name, key in _TERMS.items()}
        said |= _count_due(session, today) | _special_kinds(session, today)
    if not actor.sees_all:
        said["offices"] = sorted(actor.office_ids)
    return said


_TERMS = {
    "old": "backlog_review_old",
    "long": "backlog_sale_new",
    "soon": "perishable_alert",
    "contract_days": "custody_contract_alert",
    "keeper_days": "keeper_appointment_alert",
}
"""The rules of the terms, by the names under which the statements know them."""


def _count_due(session: Session, today: date) -> dict[str, date | None]:
    """The last count every own store should have held, and since when one serves for it."""
    due = last_due(session, today)
    if due is None:
        return {"count_due": None, "count_begins": None}
    return {"count_due": due.due_on, "count_begins": period_begins(due.period, due.due_on)}


def _special_kinds(session: Session, today: date) -> dict[str, Any]:
    """In which forms of custody each special kind is kept, and which are kept sealed only."""
    kept_in = {
        one.scope: sorted(one.codes) for one in rulings(session, "special_kind_kept_in", today)
    }
    sealed = ruling(session, "kept_sealed_only", today).codes
    return {"kept_in": json.dumps(kept_in), "sealed": sorted(sealed)}


def _number(session: Session, key: str, on: date) -> int:
    return int(str(ruling(session, key, on).value))


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error

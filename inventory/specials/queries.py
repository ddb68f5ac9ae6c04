"""Reading special kinds, counts of cash, and what spoils next."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.scope import in_sight
from inventory.custody.models import Holding
from inventory.specials.models import CashCount, CashLine, SpecialMark
from inventory.specials.rules import SpecialKind
from inventory.specials.schemas import CashCountOut, CashLineOut, MarkOut, PerishableRow
from inventory.warehouses.models import Place


def visible_marks(actor: Actor) -> Select[SpecialMark]:
    """Marks of assets in the actor's sight."""
    return (
        select(SpecialMark)
        .join(Asset, Asset.id == SpecialMark.asset_id)
        .where(in_sight(Asset.office_id, actor))
    )


def list_marks(session: Session, actor: Actor, reference: str) -> list[MarkOut]:
    """The special kinds of an asset."""
    m = SpecialMark
    rows = session.execute(
        visible_marks(actor)
        .with_only_columns(m.kind, m.expert_number, m.expert_body, m.expert_on, m.note, m.marked_at)
        .where(Asset.reference == reference)
        .order_by(m.id)
    )
    return [MarkOut(SpecialKind(row[0]), *row[1:]) for row in rows]


def list_counts(session: Session, actor: Actor, reference: str) -> list[CashCountOut]:
    """The counts of an asset's money, the last one first."""
    counts = session.scalars(
        select(CashCount)
        .join(Asset, Asset.id == CashCount.asset_id)
        .where(in_sight(Asset.office_id, actor), Asset.reference == reference)
        .order_by(CashCount.id.desc())
    ).all()
    lines: defaultdict[int, list[CashLineOut]] = defaultdict(list)
    if counts:
        found = session.scalars(
            select(CashLine)
            .where(CashLine.count_id.in_([one.id for one in counts]))
            .order_by(CashLine.denomination.desc(), CashLine.id)
        )
        for line in found:
            out = CashLineOut(line.denomination, line.pieces, line.serials)
            lines[line.count_id].append(out)
    return [
        CashCountOut(
            one.id,
            one.currency,
            one.total,
            one.counted_on,
            one.counted_by,
            one.note,
            lines[one.id],
        )
        for one in counts
    ]


def is_counted(session: Session, asset_id: int | None) -> bool:
    """Whether the notes of a thing were counted; a thing without number was not."""
    return bool(session.scalar(select(exists().where(CashCount.asset_id == asset_id))))


def is_concluded(session: Session, asset_id: int | None) -> bool:
    """Whether drugs have their expert conclusion."""
    m = SpecialMark
    found = exists().where(
        m.asset_id == asset_id, m.kind == SpecialKind.DRUGS.value, m.expert_number.is_not(None)
    )
    return bool(session.scalar(select(found)))


def list_perishables(
    session: Session,
    actor: Actor,
    *,
    until: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[PerishableRow]:
    """What spoils and is still in a place or waits to be taken in, the next day first."""
    statement = (
        _spoiling(actor)
        .with_only_columns(
            Asset.id, Asset.reference, Asset.description, Asset.perishable_on, Place.name
        )
        .outerjoin(Place, Place.id == Holding.place_id)
        .order_by(Asset.perishable_on, Asset.id)
        .limit(size + 1)
    )
    if until is not None:
        statement = statement.where(Asset.perishable_on <= until)
    after = decode_cursor(cursor, str, int)
    if after is not None:
        day = date.fromisoformat(str(after[0]))
        later = Asset.perishable_on > day
        statement = statement.where(
            or_(later, (Asset.perishable_on == day) & (Asset.id > after[1]))
        )
    rows = [_perishable(row) for row in session.execute(statement)]
    return page_of(rows, size, key=lambda row: (row.perishable_on.isoformat(), row.asset_id))


def count_perishables(session: Session, actor: Actor, until: date, *, most: int = 1000) -> int:
    """How many things of the actor's office spoil by a day, counted up to a bound."""
    found = (
        _spoiling(actor)
        .with_only_columns(Asset.id)
        .where(Asset.office_id == actor.office_id, Asset.perishable_on <= until)
        .limit(most)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(found)).scalar_one()


def _perishable(row: Row[*tuple[Any, ...]]) -> PerishableRow:
    return PerishableRow(*row)


def _spoiling(actor: Actor) -> Select[Asset]:
    return (
        select(Asset)
        .join(Holding, Holding.asset_id == Asset.id)
        .where(
            in_sight(Asset.office_id, actor),
            Asset.perishable_on.is_not(None),
            or_(Holding.place_id.is_not(None), Holding.seq == 0),
        )
    )

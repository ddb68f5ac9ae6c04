"""Reading disposals: what is due, and one with all its steps."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import Holding
from inventory.disposals.models import Disposal, DisposalLine, DisposalMember, DisposalStep
from inventory.disposals.rules import Ending, Step, Thing, Way
from inventory.disposals.schemas import (
    DisposalLineOut,
    DisposalOut,
    DisposalRow,
    MemberOut,
    StepOut,
)
from inventory.warehouses.models import Place

FAR = date.max


def visible_disposals(actor: Actor) -> Select[Disposal]:
    """Disposals of offices in the actor's sight."""
    return select(Disposal).where(in_sight(Disposal.office_id, actor))


def get_disposal(session: Session, actor: Actor, reference: str) -> DisposalOut:
    """One disposal with its things, steps and council.

    Raises NotFound.
    """
    found = session.scalar(visible_disposals(actor).where(Disposal.reference == reference))
    if found is None:
        raise no_such_disposal(reference)
    said = {n: getattr(found, n) for n in DisposalOut.__struct_fields__ if hasattr(found, n)}
    return DisposalOut(
        **{
            **said,
            "way": Way(found.way),
            "thing": Thing(found.thing),
            "awaits": Step(found.awaits) if found.awaits else None,
            "lines": _lines(session, found.id),
            "steps": _steps(session, found.id),
            "council": list_council(session, found.id),
        }
    )


def passed_to_receiver(session: Session, asset_id: int, on: date) -> bool:
    """Whether cost and risk of a forfeited thing have passed to who was to receive it.

    They do at the time fixed for its collection (D152/26 Art. 39(2); D62 Art. 32(2)).
    """
    late = (
        select(DisposalLine.asset_id)
        .join(Disposal, Disposal.id == DisposalLine.disposal_id)
        .where(
            DisposalLine.asset_id == asset_id,
            DisposalLine.ending.is_(None),
            Disposal.way == Way.FORFEIT.value,
            Disposal.awaits == Step.CARRIED_OUT.value,
            Disposal.due_on < on,
        )
    )
    return session.scalar(late.limit(1)) is not None


def list_disposals(
    session: Session,
    actor: Actor,
    *,
    open_only: bool = True,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DisposalRow]:
    """Disposals, the one that is due first at the top; those without a limit come last."""
    due = _due()
    statement = _rows(actor)
    if open_only:
        statement = statement.where(Disposal.closed_at.is_(None))
    after = decode_cursor(cursor, str, int)
    if after is not None:
        statement = statement.where(tuple_(due, Disposal.id) > (_day(str(after[0])), after[1]))
    rows = session.execute(statement.order_by(due, Disposal.id).limit(size + 1))
    found = [_row(dict(row)) for row in rows.mappings()]
    return page_of(found, size, key=lambda row: ((row.due_on or FAR).isoformat(), row.id))


def count_open(session: Session, actor: Actor, *, late_on: date | None = None) -> int:
    """How many disposals of the office are not finished, or late on a day."""
    statement = (
        visible_disposals(actor)
        .with_only_columns(func.count())
        .where(Disposal.closed_at.is_(None), Disposal.office_id == actor.office_id)
    )
    if late_on is not None:
        statement = statement.where(Disposal.due_on < late_on)
    return session.scalar(statement) or 0


def list_for_sale(session: Session, actor: Actor) -> list[str]:
    """The numbers of things that were put up for sale, for who forms lots; at most a hundred."""
    line = DisposalLine
    return list(
        session.scalars(
            select(Asset.reference)
            .join(line, line.asset_id == Asset.id)
            .join(Holding, Holding.asset_id == Asset.id)
            .where(
                in_sight(line.office_id, actor),
                line.office_id == actor.office_id,
                line.ending == Ending.FOR_SALE,
                Holding.kind != "released",
            )
            .order_by(line.ended_at, Asset.id)
            .limit(100)
        )
    )


def list_council(session: Session, disposal_id: int) -> list[MemberOut]:
    """The members of a council, the chair first."""
    m = DisposalMember
    rows = session.execute(
        select(m.name, m.post, m.body, m.chairs)
        .where(m.disposal_id == disposal_id)
        .order_by(m.chairs.desc(), m.position)
    )
    return [MemberOut(*row) for row in rows]


def no_such_disposal(reference: str) -> NotFound:
    """The answer for an unknown disposal and for one of a foreign office."""
    return NotFound(_("There is no disposal %(reference)s."), reference=reference)


def _due() -> ColumnElement[date]:
    return func.coalesce(Disposal.due_on, FAR)


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    line, d = DisposalLine, Disposal
    counted = (
        select(
            func.count().label("lines"),
            func.count().filter(line.ending.is_(None)).label("open"),
        )
        .where(line.disposal_id == d.id)
        .lateral()
    )
    return (
        visible_disposals(actor)
        .with_only_columns(
            d.id,
            d.reference,
            d.way,
            d.decision_number,
            d.party,
            d.awaits,
            d.due_on,
            d.closed_at,
            counted.c.lines,
            counted.c.open,
        )
        .join(counted, counted.c.lines >= 0)
    )


def _row(said: dict[str, Any]) -> DisposalRow:
    awaits = Step(said["awaits"]) if said["awaits"] else None
    return DisposalRow(**{**said, "way": Way(said["way"]), "awaits": awaits})


def _lines(session: Session, disposal_id: int) -> list[DisposalLineOut]:
    line = DisposalLine
    rows = session.execute(
        select(
            Asset.reference,
            Asset.description,
            Place.name,
            line.ending,
            line.ended_at,
            line.note,
        )
        .select_from(line)
        .join(Asset, Asset.id == line.asset_id)
        .join(Holding, Holding.asset_id == line.asset_id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .where(line.disposal_id == disposal_id)
        .order_by(line.asset_id)
    )
    return [DisposalLineOut(*r[:3], Ending(r[3]) if r[3] else None, *r[4:]) for r in rows]


def _steps(session: Session, disposal_id: int) -> list[StepOut]:
    s = DisposalStep
    rows = session.execute(
        select(s.step, s.done_on, s.paper, s.words, s.amount, s.due_on, s.article, s.actor_name)
        .where(s.disposal_id == disposal_id)
        .order_by(s.id)
    )
    return [StepOut(Step(row[0]), *row[1:]) for row in rows]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error

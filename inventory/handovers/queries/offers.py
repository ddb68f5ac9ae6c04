"""Reading offers, and who answers for a thing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.custody.models import Holding
from inventory.handovers.models import Handover, HandoverLine, HandoverSignature
from inventory.handovers.rules import Answer
from inventory.handovers.shown import Charge, OfferLine, OfferOut, OfferRow
from inventory.warehouses.models import Place

_CHARGES = text(
    "SELECT DISTINCT ON (l.asset_id) l.asset_id, h.receiver_staff_id, h.receiver_name, h.reference"
    " FROM handover_line l JOIN handover h ON h.id = l.handover_id"
    " WHERE l.asset_id = ANY(:assets) AND l.answer = 'accepted'"
    " AND NOT EXISTS (SELECT FROM custody_entry e WHERE e.asset_id = l.asset_id"
    " AND e.seq > l.seq AND e.kind <> 'moved')"
    " ORDER BY l.asset_id, l.seq DESC"
)
"""A charge ends with whatever happens to the thing later, unless it only changes its shelf."""


def charges_of(session: Session, asset_ids: Sequence[int]) -> dict[int, Charge]:
    """Who took over things and still answers for them himself; others lie with their keeper."""
    rows = session.execute(_CHARGES, {"assets": list(asset_ids)})
    return {row[0]: Charge(*row) for row in rows}


def visible_offers(actor: Actor) -> Select[Handover]:
    """Offers of offices in the actor's sight."""
    return select(Handover).where(in_sight(Handover.office_id, actor))


def get_offer(session: Session, actor: Actor, reference: str) -> OfferOut:
    """One offer with its things and signatures.

    Raises NotFound.
    """
    h = session.scalar(visible_offers(actor).where(Handover.reference == reference))
    if h is None:
        raise no_such_offer(reference)
    line = HandoverLine
    rows = session.execute(
        select(
            Asset.reference,
            Asset.description,
            Place.name,
            line.answer,
            line.reason,
            line.answered_at,
        )
        .select_from(line)
        .join(Asset, Asset.id == line.asset_id)
        .join(Holding, Holding.asset_id == line.asset_id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .where(line.handover_id == h.id)
        .order_by(line.position)
    )
    signed = session.scalars(
        select(func.concat_ws(", ", HandoverSignature.name, HandoverSignature.post))
        .where(HandoverSignature.handover_id == h.id)
        .order_by(HandoverSignature.id)
    )
    lines = [OfferLine(*r[:3], Answer(r[3]) if r[3] else None, *r[4:]) for r in rows]
    said = {name: getattr(h, name) for name in OfferOut.__struct_fields__ if hasattr(h, name)}
    return OfferOut(
        **said,
        giver=h.giver_name,
        receiver=h.receiver_name,
        lines=lines,
        signatures=list(signed),
    )


def list_offers(
    session: Session,
    actor: Actor,
    *,
    waiting_for_me: bool = False,
    open_only: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[OfferRow]:
    """Offers, the newest first; those that wait for the actor's own answer if asked."""
    statement = _rows(actor)
    if waiting_for_me:
        statement = statement.where(*_waits_for(actor))
    elif open_only:
        statement = statement.where(Handover.closed_at.is_(None))
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(Handover.id < after[0])
    rows = session.execute(statement.order_by(Handover.id.desc()).limit(size + 1))
    return page_of([OfferRow(*row) for row in rows], size, key=lambda row: (row.id,))


def count_waiting_for(session: Session, actor: Actor) -> int:
    """How many offers wait for the actor's answer."""
    waiting = visible_offers(actor).with_only_columns(func.count()).where(*_waits_for(actor))
    return session.scalar(waiting) or 0


def count_expired(session: Session, actor: Actor) -> int:
    """Things of the office that were offered, not answered in time, and not offered again.

    They stay with who offered them; somebody has to look after them.
    """
    line, later = HandoverLine, aliased(HandoverLine)
    again = select(later).where(
        later.asset_id == line.asset_id, later.handover_id > line.handover_id
    )
    statement = (
        select(func.count())
        .select_from(line)
        .where(
            in_sight(line.office_id, actor),
            line.office_id == actor.office_id,
            line.answer == Answer.EXPIRED,
            ~again.exists(),
        )
    )
    return session.scalar(statement) or 0


def due_offers(session: Session, on: date) -> list[str]:
    """Offers that were not answered by their day."""
    return list(
        session.scalars(
            select(Handover.reference)
            .where(Handover.closed_at.is_(None), Handover.answer_by < on)
            .order_by(Handover.id)
        )
    )


def no_such_offer(reference: str) -> NotFound:
    """The answer for an unknown offer and for one of a foreign office."""
    return NotFound(_("There is no hand-over %(reference)s."), reference=reference)


def _waits_for(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    mine = Handover.receiver_staff_id == actor.staff_id
    at_my_screen = (Handover.receiver_staff_id.is_(None)) & (
        Handover.giver_staff_id == actor.staff_id
    )
    return Handover.closed_at.is_(None), or_(mine, at_my_screen)


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    line = HandoverLine
    counted = (
        select(
            line.handover_id,
            func.count().label("lines"),
            func.count().filter(line.answer.is_(None)).label("open"),
            func.count().filter(line.answer == Answer.REFUSED).label("refused"),
        )
        .group_by(line.handover_id)
        .where(line.handover_id == Handover.id)
        .lateral()
    )
    h = Handover
    rows: Select[*tuple[Any, ...]] = (
        visible_offers(actor)
        .with_only_columns(
            h.id,
            h.reference,
            h.giver_name,
            h.receiver_name,
            h.reason,
            h.answer_by,
            h.offered_at,
            h.closed_at,
            counted.c.lines,
            counted.c.open,
            counted.c.refused,
        )
        .join(counted, counted.c.handover_id == h.id)
    )
    return rows

"""The departures somebody may see, and who may decide on one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, TextClause, func, select, text
from sqlalchemy.orm import Session

from auction.departures.models import Departure, DepartureDecision, DepartureUse
from auction.departures.rules import DepartureState
from auction.departures.schemas import DepartureOut
from auction.legal_rules.models import LegalParameter
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word, cite
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office
from inventory.organisation.permissions import MATRIX
from inventory.organisation.queries import list_staff

DECIDE = "departures.decide"
_DECIDING = tuple(role for role, acts in MATRIX.items() if DECIDE in acts)
_OF_ASSETS = text("""(departure.asset_id IN (SELECT id FROM asset WHERE reference = ANY (:refs))
  OR departure.lot_id IN (SELECT lot_id FROM lot_asset
    JOIN asset ON asset.id = lot_asset.asset_id WHERE asset.reference = ANY (:refs)))""")
"""Lots belong to a room above and are read by their table."""

_SHOWN = (
    Departure.id,
    Departure.rule_key,
    LegalParameter.title_en,
    LegalParameter.title_vi,
    Departure.article,
    Departure.confidence,
    Departure.subject_kind,
    Departure.subject_ref,
    Departure.office_id,
    Departure.on_day,
    Departure.reason,
    Departure.document,
    Departure.asked_at,
    Departure.asked_by,
    Departure.asked_by_id,
    DepartureDecision.approved,
    DepartureDecision.words,
    DepartureDecision.decided_by,
    DepartureDecision.decided_at,
    DepartureUse.used_at,
    DepartureUse.used_by,
)


def visible_departures(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The departures of the offices the actor sees, with what became of them."""
    statement: Select[*tuple[Any, ...]] = select(*_SHOWN)
    return (
        statement.join(LegalParameter, LegalParameter.key == Departure.rule_key)
        .outerjoin(DepartureDecision, DepartureDecision.departure_id == Departure.id)
        .outerjoin(DepartureUse, DepartureUse.departure_id == Departure.id)
        .where(in_sight(Departure.office_id, actor))
    )


def list_departures(
    session: Session,
    actor: Actor,
    *,
    waiting: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DepartureOut]:
    """Departures, the newest first; or only those that wait for a decision."""
    statement = visible_departures(actor)
    if waiting:
        statement = statement.where(DepartureDecision.departure_id.is_(None))
    after = decode_cursor(cursor, int)
    if after:
        statement = statement.where(Departure.id < after[0])
    rows = session.execute(statement.order_by(Departure.id.desc()).limit(size + 1))
    return page_of([_out(row) for row in rows], size, key=lambda row: (row.id,))


def count_waiting(session: Session, actor: Actor) -> int:
    """Departures that wait for a decision of somebody else than the actor."""
    waiting = visible_departures(actor).where(
        DepartureDecision.departure_id.is_(None),
        Departure.asked_by_id.is_distinct_from(actor.staff_id),
    )
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def departures_of(session: Session, actor: Actor, kind: str, ref: str) -> list[DepartureOut]:
    """All departures for one subject, the first one first."""
    return _found(session, actor, (Departure.subject_kind == kind) & (Departure.subject_ref == ref))


def departures_of_assets(
    session: Session, actor: Actor, references: Sequence[str]
) -> list[DepartureOut]:
    """All departures for some assets and for the lots they are or were in, the first one first."""
    return _found(session, actor, _OF_ASSETS.bindparams(refs=list(references)))


def second_people(
    session: Session, office_id: int, on: date, *, but: int | None
) -> tuple[str, ...]:
    """Who may decide on a departure of an office: those of its head's power, else of the one above.

    Never who asks for it.
    """
    above: int | None = office_id
    while above is not None:
        people = [one for role in _DECIDING for one in list_staff(session, role, [above], on)]
        names = tuple(dict.fromkeys(one.name for one in people if one.id != but))
        if names:
            return names
        above = session.scalar(select(Office.parent_id).where(Office.id == above))
    return ()


def get_departure(session: Session, actor: Actor, departure_id: int) -> DepartureOut:
    """One departure.

    Raises NotFound.
    """
    row = session.execute(
        visible_departures(actor).where(Departure.id == departure_id)
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no such departure."))
    return _out(row)


def _found(
    session: Session, actor: Actor, which: ColumnElement[bool] | TextClause
) -> list[DepartureOut]:
    statement = visible_departures(actor).where(which).order_by(Departure.id)
    return [_out(row) for row in session.execute(statement)]


def _out(row: Row[Any]) -> DepartureOut:
    return DepartureOut(
        id=row.id,
        rule_key=row.rule_key,
        title=Word(row.title_en, row.title_vi),
        article=row.article,
        citation=cite(row.article),
        confidence=Confidence(row.confidence),
        subject_kind=row.subject_kind,
        subject_ref=row.subject_ref,
        office_id=row.office_id,
        on_day=row.on_day,
        reason=row.reason,
        document=row.document,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        asked_by_id=row.asked_by_id,
        state=_state(row),
        words=row.words,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        used_at=row.used_at,
        used_by=row.used_by,
    )


def _state(row: Row[Any]) -> DepartureState:
    if row.used_at is not None:
        return DepartureState.USED
    if row.approved is None:
        return DepartureState.ASKED
    return DepartureState.APPROVED if row.approved else DepartureState.REFUSED

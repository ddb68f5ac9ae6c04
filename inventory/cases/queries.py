"""Reading cases."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, Select, select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseIsClosed, CaseKind
from inventory.cases.schemas import CaseOut, CaseRow
from inventory.organisation.models import Staff
from inventory.papers.schemas import CasePart

_HELD = [name for name in CaseOut.__struct_fields__ if name != "officer"]


def visible_cases(actor: Actor) -> Select[EnforcementCase]:
    """Cases of offices in the actor's sight."""
    return select(EnforcementCase).where(in_sight(EnforcementCase.office_id, actor))


def get_case(session: Session, actor: Actor, case_id: int) -> CaseOut:
    """One case with the name of its officer.

    Raises NotFound.
    """
    c = EnforcementCase
    row = session.execute(
        visible_cases(actor)
        .with_only_columns(*(getattr(c, name) for name in _HELD), Staff.name.label("officer"))
        .outerjoin(Staff, Staff.id == c.officer_id)
        .where(c.id == case_id)
    )
    found = row.mappings().first()
    if found is None:
        raise NotFound(_("There is no such case."))
    return CaseOut(**{**found, "kind": CaseKind(found["kind"])})


def get_open_case(
    session: Session, office_id: int, number: str, *, at: datetime
) -> EnforcementCase:
    """The case of an office under a decision number, open at a moment.

    Raises NotFound, CaseIsClosed.
    """
    case = session.scalar(
        select(EnforcementCase).where(
            EnforcementCase.office_id == office_id, EnforcementCase.decision_number == number
        )
    )
    if case is None:
        raise NotFound(_("There is no case %(number)s."), field="case_number", number=number)
    if case.closed_on is not None and case.closed_on <= local_day(at):
        raise CaseIsClosed(_("The case is closed."), field="case_number")
    return case


def list_cases(
    session: Session, actor: Actor, *, open_only: bool = False, cursor: str | None = None
) -> Page[CaseRow]:
    """Cases, the newest first."""
    c = EnforcementCase
    statement = visible_cases(actor).with_only_columns(
        *(getattr(c, name) for name in CaseRow.__struct_fields__)
    )
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(c.id < after[0])
    if open_only:
        statement = statement.where(c.closed_on.is_(None))
    rows = session.execute(statement.order_by(c.id.desc()).limit(PAGE_SIZE + 1))
    found = [CaseRow(row[0], CaseKind(row[1]), *row[2:]) for row in rows]
    return page_of(found, PAGE_SIZE, key=lambda case: (case.id,))


def parts_of(
    session: Session, ids: Sequence[int] | Select[int] | CompoundSelect[int]
) -> tuple[CasePart, ...]:
    """Cases as the head of a paper names them; the caller checked who may see what it is about."""
    c = EnforcementCase
    rows = session.execute(
        select(
            c.decision_number.label("number"),
            c.decision_on.label("decided_on"),
            c.court,
            c.judgment,
            c.debtor_name.label("debtor"),
            c.debtor_identity,
            c.debtor_address,
            c.creditor_name.label("creditor"),
            c.creditor_identity,
            c.creditor_address,
            Staff.name.label("officer"),
        )
        .outerjoin(Staff, Staff.id == c.officer_id)
        .where(c.id.in_(ids))
        .order_by(c.decision_on.nulls_last(), c.id)
    )
    return tuple(CasePart(**row) for row in rows.mappings())

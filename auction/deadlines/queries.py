"""The deadlines somebody may see, the open ones by due date."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline
from auction.deadlines.rules import due_date, last_working_day
from auction.deadlines.schemas import DeadlineOut, DeadlineRow
from auction.legal_rules.models import LegalParameter
from auction.legal_rules.queries import calendar, rule_on, rules_in_use
from auction.legal_rules.rules import Confidence, DayOff, Rule, rules_of
from auction.legal_rules.words import Word, cite, word
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import Ruling
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight


def ruling_on(session: Session, key: str, on: date, scope: str | None = None) -> Ruling:
    """The row of law for a step, as rooms below may read it.

    Raises RuleUnknown, ScopeNeeded.
    """
    return _ruling(rule_on(session, key, on, scope))


def rulings_on(session: Session, key: str, on: date) -> list[Ruling]:
    """Every row of a parameter in force on a day, one a scope, as rooms below may read it.

    Raises RuleUnknown.
    """
    return [_ruling(rule) for rule in rules_of(rules_in_use(session, key), key, on)]


def _ruling(rule: Rule) -> Ruling:
    return Ruling(
        rule.key, rule.value, rule.article, rule.confidence.value, rule.id or 0, rule.scope
    )


def due_after(session: Session, key: str, started_on: date, scope: str | None = None) -> date:
    """The day on which a limit ends that began with an event on a day.

    Raises RuleUnknown, ScopeNeeded, NotATimeLimit, CalendarUnknown.
    """
    return due_date(started_on, rule_on(session, key, started_on, scope), calendar(session)).due_on


def working_day_after(session: Session, start_on: date, days: int) -> date:
    """The last of so many working days after a day.

    Raises CalendarUnknown.
    """
    return last_working_day(start_on, days, calendar(session))


def visible_deadlines(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The columns of a list line, of the offices the actor sees."""
    statement: Select[*tuple[Any, ...]] = select(
        Deadline.id,
        Deadline.due_on,
        Deadline.started_on,
        Deadline.rule_key,
        LegalParameter.title_en,
        LegalParameter.title_vi,
        Deadline.event,
        Deadline.article,
        Deadline.confidence,
        Deadline.subject_kind,
        Deadline.subject_ref,
        Deadline.office_id,
    ).join(LegalParameter, LegalParameter.key == Deadline.rule_key)
    return statement.where(in_sight(Deadline.office_id, actor))


def list_open_deadlines(
    session: Session,
    actor: Actor,
    *,
    until: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DeadlineRow]:
    """Deadlines not met yet, the most urgent first."""
    statement = visible_deadlines(actor).where(Deadline.met_on.is_(None))
    if until is not None:
        statement = statement.where(Deadline.due_on <= until)
    after = decode_cursor(cursor, str, int)
    if after:
        key = (_day(str(after[0])), after[1])
        statement = statement.where(tuple_(Deadline.due_on, Deadline.id) > key)
    statement = statement.order_by(Deadline.due_on, Deadline.id).limit(size + 1)
    rows = [_row(row) for row in session.execute(statement)]
    return page_of(rows, size, key=lambda row: (row.due_on.isoformat(), row.id))


def count_overdue(session: Session, actor: Actor, on: date) -> int:
    """Open deadlines whose day has passed."""
    open_ones = visible_deadlines(actor).where(Deadline.met_on.is_(None), Deadline.due_on < on)
    return session.scalar(select(func.count()).select_from(open_ones.subquery())) or 0


def deadlines_of(session: Session, actor: Actor, kind: str, ref: str) -> list[DeadlineOut]:
    """All deadlines of one subject, met or not, by due date."""
    statement = _detailed(actor).where(Deadline.subject_kind == kind, Deadline.subject_ref == ref)
    statement = statement.order_by(Deadline.due_on, Deadline.id)
    return [_out(row) for row in session.execute(statement)]


def get_deadline(session: Session, actor: Actor, deadline_id: int) -> DeadlineOut:
    """One deadline with how it was counted.

    Raises NotFound.
    """
    row = session.execute(_detailed(actor).where(Deadline.id == deadline_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such deadline."))
    return _out(row)


def _detailed(actor: Actor) -> Select[*tuple[Any, ...]]:
    return visible_deadlines(actor).add_columns(Deadline.skipped, Deadline.met_on)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error


def _row(row: Row[Any]) -> DeadlineRow:
    return DeadlineRow(**_fields(row))


def _out(row: Row[Any]) -> DeadlineOut:
    skipped = msgspec.convert(row.skipped, tuple[DayOff, ...])
    return DeadlineOut(**_fields(row), skipped=skipped, met_on=row.met_on)


def _fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "due_on": row.due_on,
        "started_on": row.started_on,
        "rule_key": row.rule_key,
        "title": Word(row.title_en, row.title_vi),
        "event": row.event,
        "event_name": word("events", row.event) if row.event else None,
        "article": row.article,
        "citation": cite(row.article),
        "confidence": Confidence(row.confidence),
        "subject_kind": row.subject_kind,
        "subject_ref": row.subject_ref,
        "office_id": row.office_id,
    }

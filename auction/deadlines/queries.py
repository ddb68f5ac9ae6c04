"""The deadlines somebody may see, the open ones by due date."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    table,
    tuple_,
)
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline, DeadlineMove
from auction.deadlines.rules import Granted, MoveReason, Still, due_date, last_working_day
from auction.deadlines.schemas import DeadlineOut, DeadlineRow, MoveOut
from auction.deadlines.why import why_line
from auction.legal_rules.models import LegalParameter, LegalRule
from auction.legal_rules.queries import calendar, rule_on, rules_in_use
from auction.legal_rules.rules import (
    Confidence,
    DayOff,
    Direction,
    Rule,
    Unit,
    rules_of,
)
from auction.legal_rules.words import Word, cite, word
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import Ruling
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.seizures.models import Seizure

NEW_YEAR = "Lunar New Year"
"""What every day off of that holiday has in its English name."""
HALF_A_YEAR = timedelta(days=170)
_lot_asset = table("lot_asset", column("lot_id"), column("asset_id"))
"""Of a room above."""


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


def lunar_new_year(session: Session, near: date) -> tuple[date, date] | None:
    """The first and the last day off of the Lunar New Year nearest to a day.

    Raises CalendarUnknown.
    """
    off = calendar(session).off
    named = sorted(on for on, day in off.items() if NEW_YEAR in day.name_en)
    around = [on for on in named if abs(on - near) <= HALF_A_YEAR]
    return (around[0], around[-1]) if around else None


def visible_deadlines(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The columns of a list line, of the offices the actor sees."""
    return _lines().where(in_sight(Deadline.office_id, actor))


def _lines() -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            *_ROW,
            LegalParameter.title_en,
            LegalParameter.title_vi,
            LegalRule.value,
            LegalRule.unit,
            LegalRule.direction,
        )
        .join(LegalParameter, LegalParameter.key == Deadline.rule_key)
        .join(LegalRule, LegalRule.id == Deadline.rule_id)
    )
    return statement


def is_open() -> ColumnElement[bool]:
    """Neither met nor fallen away."""
    return and_(Deadline.met_on.is_(None), Deadline.voided_on.is_(None))


def list_open_deadlines(
    session: Session,
    actor: Actor,
    *,
    until: date | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    today: date | None = None,
) -> Page[DeadlineRow]:
    """Deadlines not met yet, the most urgent first."""
    statement = visible_deadlines(actor).where(is_open())
    if until is not None:
        statement = statement.where(Deadline.due_on <= until)
    after = decode_cursor(cursor, str, int)
    if after:
        key = (_day(str(after[0])), after[1])
        statement = statement.where(tuple_(Deadline.due_on, Deadline.id) > key)
    statement = statement.order_by(Deadline.due_on, Deadline.id).limit(size + 1)
    rows = [row_of(row, today) for row in session.execute(statement)]
    return page_of(rows, size, key=lambda row: (row.due_on.isoformat(), row.id))


def count_overdue(session: Session, actor: Actor, on: date) -> int:
    """Open deadlines whose day has passed, without those that stand still or are excused."""
    late = (
        is_open(),
        Deadline.due_on < on,
        Deadline.paused_on.is_(None),
        or_(Deadline.excused_until.is_(None), Deadline.excused_until < on),
        in_sight(Deadline.office_id, actor),
    )
    return session.scalar(select(func.count()).select_from(Deadline).where(*late)) or 0


def deadlines_of(
    session: Session, actor: Actor, kind: str, ref: str, *, today: date | None = None
) -> list[DeadlineOut]:
    """All deadlines of one subject, met or not, by due date."""
    statement = _detailed(actor).where(Deadline.subject_kind == kind, Deadline.subject_ref == ref)
    statement = statement.order_by(Deadline.due_on, Deadline.id)
    rows = session.execute(statement).all()
    moves = moves_of(session, [row.id for row in rows])
    return [_out(row, moves[row.id], today) for row in rows]


def deadlines_of_asset(
    session: Session,
    actor: Actor,
    asset_id: int,
    lot_ids: Sequence[int] = (),
    *,
    today: date | None = None,
) -> list[DeadlineOut]:
    """All deadlines of an asset, of its cases and of lots it was in, met or not, by due date.

    Also those of another office that had the asset before, where the asset is in sight.
    """
    of_asset = or_(
        Deadline.asset_id == asset_id, Deadline.lot_id.in_(lot_ids), _of_case_of(asset_id)
    )
    here = select(Asset.id).where(Asset.id == asset_id, in_sight(Asset.office_id, actor))
    seen = or_(in_sight(Deadline.office_id, actor), exists(here))
    statement = _lines().add_columns(*_MORE).where(of_asset, seen)
    statement = statement.order_by(Deadline.due_on, Deadline.id)
    rows = session.execute(statement).all()
    moves = moves_of(session, [row.id for row in rows])
    return [_out(row, moves[row.id], today) for row in rows]


def _of_case_of(asset_id: int) -> ColumnElement[bool]:
    """Limits of the case an asset belongs to, and of those it is seized for."""
    c = EnforcementCase
    own = select(Asset.case_id).where(Asset.id == asset_id)
    seized = select(Seizure.case_id).where(
        Seizure.asset_id == asset_id, Seizure.released_on.is_(None)
    )
    cases = select(c.office_id, c.decision_number).where(or_(c.id.in_(own), c.id.in_(seized)))
    return and_(
        Deadline.subject_kind == "case",
        tuple_(Deadline.office_id, Deadline.subject_ref).in_(cases),
    )


def get_deadline(
    session: Session, actor: Actor, deadline_id: int, *, today: date | None = None
) -> DeadlineOut:
    """One deadline with how it was counted and moved.

    Raises NotFound.
    """
    statement = _lines().add_columns(*_MORE).where(_readable(actor), Deadline.id == deadline_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(_("There is no such deadline."))
    return _out(row, moves_of(session, [row.id])[row.id], today)


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Limits of the offices in sight, and those of an asset in sight or of a lot it was in."""
    own = in_sight(Deadline.office_id, actor)
    if actor.sees_all:
        return own
    here = in_sight(Asset.office_id, actor)
    of_asset = select(Asset.id).where(Asset.id == Deadline.asset_id, here)
    of_lot = (
        select(Asset.id)
        .join(_lot_asset, _lot_asset.c.asset_id == Asset.id)
        .where(_lot_asset.c.lot_id == Deadline.lot_id, here)
    )
    return or_(own, exists(of_asset), exists(of_lot))


def moves_of(session: Session, ids: Sequence[int]) -> dict[int, list[MoveOut]]:
    """The moves of some deadlines in the order in which they happened."""
    found: dict[int, list[MoveOut]] = defaultdict(list)
    m = DeadlineMove
    rows = session.execute(
        select(
            m.deadline_id,
            m.why,
            m.old_due_on,
            m.new_due_on,
            m.moved_on,
            m.moved_by,
            m.hold_id,
            m.document,
        )
        .where(m.deadline_id.in_(ids))
        .order_by(m.id)
    )
    for row in rows:
        found[row[0]].append(MoveOut(MoveReason(row[1]), *row[2:]))
    return found


def rules_by_id(session: Session, ids: Sequence[int]) -> dict[int, Rule]:
    """Rows of law by their ids, also those retired since."""
    rows = session.scalars(select(LegalRule).where(LegalRule.id.in_(ids))) if ids else ()
    names = Rule.__struct_fields__
    return {
        row.id: msgspec.convert({name: getattr(row, name) for name in names}, Rule) for row in rows
    }


def rule_of_deadline(session: Session, deadline_id: int) -> Rule:
    """The row of law by which a deadline was counted."""
    found = select(Deadline.rule_id).where(Deadline.id == deadline_id)
    rule_id = session.scalars(found).one()
    return rules_by_id(session, [rule_id])[rule_id]


_ROW = (
    Deadline.id,
    Deadline.due_on,
    Deadline.warn_on,
    Deadline.met_on,
    Deadline.paused_on,
    Deadline.voided_on,
    Deadline.excused_from,
    Deadline.excused_until,
    Deadline.started_on,
    Deadline.rule_key,
    Deadline.scope,
    Deadline.event,
    Deadline.article,
    Deadline.confidence,
    Deadline.subject_kind,
    Deadline.subject_ref,
    Deadline.office_id,
    Deadline.skipped,
    Deadline.still,
    Deadline.agreed,
    Deadline.granted,
)
_MORE = (Deadline.voided_why, Deadline.excused_hold_id, Deadline.excused_proof)


def _detailed(actor: Actor) -> Select[*tuple[Any, ...]]:
    return visible_deadlines(actor).add_columns(*_MORE)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error


def row_of(row: Row[Any], today: date | None = None) -> DeadlineRow:
    """A line of a list from its columns, with its state on a day."""
    said, _skipped, _still = _fields(row)
    made = DeadlineRow(**said)
    return msgspec.structs.replace(made, state=made.state_on(today)) if today else made


def _out(row: Row[Any], moves: Sequence[MoveOut], today: date | None) -> DeadlineOut:
    said, skipped, still = _fields(row)
    made = DeadlineOut(
        **said,
        skipped=skipped,
        still=still,
        agreed=row.agreed,
        granted=msgspec.convert(row.granted, Granted | None),
        voided_why=row.voided_why,
        excused_hold_id=row.excused_hold_id,
        excused_proof=row.excused_proof,
        moves=tuple(moves),
    )
    return msgspec.structs.replace(made, state=made.state_on(today)) if today else made


def _fields(row: Row[Any]) -> tuple[dict[str, Any], tuple[DayOff, ...], tuple[Still, ...]]:
    skipped = msgspec.convert(row.skipped, tuple[DayOff, ...])
    still = msgspec.convert(row.still, tuple[Still, ...])
    rule = Rule(
        key=row.rule_key,
        value=row.value,
        unit=Unit(row.unit),
        direction=Direction(row.direction),
        anchor=row.event,
        valid_from=row.started_on,
        article=row.article,
        confidence=Confidence(row.confidence),
    )
    granted = msgspec.convert(row.granted, Granted | None)
    plain = ("id", "due_on", "warn_on", "met_on", "paused_on", "voided_on", "started_on")
    named = ("excused_from", "excused_until", "rule_key", "scope", "event", "article")
    about = ("subject_kind", "subject_ref", "office_id")
    said = {name: getattr(row, name) for name in (*plain, *named, *about)}
    said |= {
        "title": Word(row.title_en, row.title_vi),
        "event_name": word("events", row.event) if row.event else None,
        "citation": cite(row.article),
        "confidence": rule.confidence,
        "why": why_line(rule, row.started_on, skipped, still, agreed=row.agreed, granted=granted),
    }
    return said, skipped, still

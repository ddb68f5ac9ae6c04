"""The single open dates that a newer list of days off or a changed rule would move, and those that
an order did move.

The figures of a preview are of all offices; single dates are those of the offices in sight.
"""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Date, Integer, Row, Text, and_, column, func, literal
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import NamedFromClause

from auction.deadlines.models import Deadline, DeadlineMove, DeadlineRecount
from auction.deadlines.queries import is_open, row_of, visible_deadlines
from auction.deadlines.recounting import Line, Recounter, lines, recounter
from auction.deadlines.rules import is_time_limit, not_a_limit
from auction.deadlines.schemas import DateMove, DaysOffChange
from auction.deadlines.why import why_line
from auction.legal_rules.calendars import proposed
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import Word
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _


class Wanted(msgspec.Struct, frozen=True):
    """Which dates are asked for: those that a list of days off moves, or a draft, or what is in
    use."""

    change: DaysOffChange | None = None
    draft: Rule | None = None


IN_USE = Wanted()


def list_date_moves(
    session: Session,
    actor: Actor,
    wanted: Wanted = IN_USE,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DateMove]:
    """Every open date in sight that would move, with its new day and why; nothing is written.

    Raises Invalid, NotATimeLimit.
    """
    after = decode_cursor(cursor, int)
    moving = _moving(session, actor, wanted)
    if not moving:
        return Page([], None)
    groups = _groups(moving)
    scope = Deadline.scope.is_not_distinct_from(groups.c.scope)
    same = and_(
        Deadline.rule_key == groups.c.rule_key,
        scope,
        Deadline.started_on == groups.c.started_on,
        Deadline.due_on == groups.c.due_on,
        Deadline.still == groups.c.still,
    )
    statement = (
        visible_deadlines(actor)
        .add_columns(groups.c.n)
        .join(groups, same)
        .where(is_open(), Deadline.paused_on.is_(None), ~Deadline.agreed)
    )
    if after:
        statement = statement.where(Deadline.id > after[0])
    rows = session.execute(statement.order_by(Deadline.id).limit(size + 1))
    found = [_would_move(row, moving[row.n]) for row in rows]
    return page_of(found, size, key=lambda one: (one.id,))


def list_moved(
    session: Session,
    actor: Actor,
    recount_id: int,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DateMove]:
    """The dates in sight that an order moved, in the order of their moves.

    Raises NotFound.
    """
    if session.get(DeadlineRecount, recount_id) is None:
        raise NotFound(_("There is no such order."))
    after = decode_cursor(cursor, int)
    m = DeadlineMove
    statement = (
        visible_deadlines(actor)
        .add_columns(m.id.label("move_id"), m.old_due_on, m.new_due_on)
        .join(m, m.deadline_id == Deadline.id)
        .where(m.recount_id == recount_id)
    )
    if after:
        statement = statement.where(m.id > after[0])
    rows = session.execute(statement.order_by(m.id).limit(size + 1))
    found = [
        _date_move(row, row.move_id, (row.old_due_on, row.new_due_on), row_of(row).why)
        for row in rows
    ]
    return page_of(found, size, key=lambda one: (one.id,))


def _moving(session: Session, actor: Actor, wanted: Wanted) -> list[Line]:
    draft, days = wanted.draft, None
    if draft is not None and not is_time_limit(draft):
        raise not_a_limit(draft)
    if wanted.change is not None:
        days = proposed(session, wanted.change.change())
    counter: Recounter = recounter(session, days, draft)
    return [
        line
        for line in lines(session, counter)
        if line.shift
        and actor.sees(line.office_id)
        and (draft is None or line.group.key == draft.key)
    ]


def _groups(moving: list[Line]) -> NamedFromClause:
    """The groups that move as rows, each once for all offices."""
    seen: dict[tuple[Any, ...], int] = {}
    for n, line in enumerate(moving):
        seen.setdefault((line.group, line.due_on), n)
    said = [
        {
            "n": n,
            "rule_key": group.key,
            "scope": group.scope,
            "started_on": group.started_on.isoformat(),
            "due_on": due_on.isoformat(),
            "still": msgspec.to_builtins(group.still),
        }
        for (group, due_on), n in seen.items()
    ]
    return (
        func.jsonb_to_recordset(literal(said, JSONB))
        .table_valued(
            column("n", Integer),
            column("rule_key", Text),
            column("scope", Text),
            column("started_on", Date),
            column("due_on", Date),
            column("still", JSONB),
            name="moving",
        )
        .render_derived(with_types=True)
    )


def _would_move(row: Row[Any], line: Line) -> DateMove:
    new = line.new
    if new is None:
        raise AssertionError(line)
    why = why_line(new.rule, line.group.started_on, new.due.skipped, line.group.still)
    return _date_move(row, row.id, (row.due_on, new.due.due_on), why)


def _date_move(row: Row[Any], key: int, days: tuple[date, date | None], why: Word) -> DateMove:
    return DateMove(
        id=key,
        deadline_id=row.id,
        rule_key=row.rule_key,
        title=Word(row.title_en, row.title_vi),
        subject_kind=row.subject_kind,
        subject_ref=row.subject_ref,
        office_id=row.office_id,
        old_due_on=days[0],
        new_due_on=days[1],
        why=why,
    )

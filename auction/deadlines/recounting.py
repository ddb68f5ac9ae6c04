"""Counting open limits anew after a change of the days off or of a rule: first shown, then ordered,
then carried out in batches.

Limits that began on one day under one rule end on one day, so each such group is counted once,
whatever the number of limits in it. What stands still is counted when it goes on; a granted day is
not counted anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from auction.deadlines.models import DeadlineRecount
from auction.deadlines.moving import Moving, move
from auction.deadlines.rules import (
    WARN_RULE,
    DueDate,
    MoveReason,
    NothingToMove,
    RecountRuns,
    Still,
    due_date,
    is_time_limit,
    not_a_limit,
    warn_date,
    warning_rule,
)
from auction.deadlines.schemas import (
    DaysOffChange,
    OfficeMoves,
    Preview,
    RecountOut,
    RuleMoves,
)
from auction.legal_rules.calendars import proposed
from auction.legal_rules.drafting import laid_over
from auction.legal_rules.models import LegalParameter, RuleSet
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import (
    CalendarUnknown,
    Rule,
    RuleUnknown,
    ScopeNeeded,
    WorkingCalendar,
    choose_rule,
)
from auction.legal_rules.words import Word
from inventory.audit import ledger
from inventory.base.actor import Actor
from inventory.base.jobs import Transactions
from inventory.base.messages import _
from inventory.organisation.models import Office

BATCH = 20_000
"""Limits a transaction."""
MOST_KNOWN = 20_000
"""Ends kept in memory; more of them are counted again."""

_OPEN = text("SELECT * FROM kebien_open_limits()")
_SOME_WAIT = text(
    "SELECT EXISTS (SELECT FROM kebien_open_limits() o JOIN legal_rule r ON r.id = o.rule_id"
    " WHERE o.calendar_id <> :calendar_id OR r.retired_set_id IS NOT NULL)"
)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('kebien.recount'))")
_NEXT = text(
    """
SELECT rule_key, scope, started_on, still, rule_id, calendar_id, array_agg(id) AS ids,
  max(id) AS last_id
FROM (
  SELECT d.id, d.rule_key, d.scope, d.started_on, d.still, d.rule_id, d.calendar_id
  FROM deadline d JOIN legal_rule r ON r.id = d.rule_id
  WHERE d.id > :after AND d.met_on IS NULL AND d.voided_on IS NULL AND d.paused_on IS NULL
    AND NOT d.agreed AND (d.calendar_id <> :calendar_id OR r.retired_set_id IS NOT NULL)
  ORDER BY d.id LIMIT :size FOR UPDATE OF d) batch
GROUP BY rule_key, scope, started_on, still, rule_id, calendar_id"""
)


class Group(NamedTuple):
    """Limits that end on one day because they began on one day under one rule."""

    key: str
    scope: str | None
    started_on: date
    still: tuple[Still, ...]


class Counted(NamedTuple):
    """Where a group ends by the law and the days off as they are, or as somebody proposes them."""

    rule: Rule
    due: DueDate
    warn_on: date


class Recounter:
    """Counts groups by some rules and some calendar; each group once, as far as memory goes."""

    def __init__(self, days: WorkingCalendar, rules: Iterable[Rule]) -> None:
        self.days = days
        self._by_key: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_key.setdefault(rule.key, []).append(rule)
        self._known: dict[Group, Counted | None] = {}

    def count(self, group: Group) -> Counted | None:
        """The end of a group; None where the law of its day is gone, so that it stays as it is."""
        if group not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[group] = self._count(group)
        return self._known[group]

    def _count(self, group: Group) -> Counted | None:
        try:
            rows = self._by_key.get(group.key, ())
            rule = choose_rule(rows, group.key, group.started_on, group.scope)
            due = due_date(group.started_on, rule, self.days, group.still)
        except (RuleUnknown, ScopeNeeded, CalendarUnknown):
            return None
        warn = warning_rule(self._by_key.get(WARN_RULE, ()), rule, group.started_on)
        return Counted(rule, due, warn_date(group.started_on, due.due_on, rule, warn, self.days))


class Line(NamedTuple):
    """A group of one office as the database counts it, with its end as it would be."""

    group: Group
    office_id: int
    due_on: date
    limits: int
    new: Counted | None

    @property
    def shift(self) -> int:
        """By how many days the end would move."""
        return (self.new.due.due_on - self.due_on).days if self.new else 0


def recounter(
    session: Session, days: WorkingCalendar | None = None, draft: Rule | None = None
) -> Recounter:
    """A counter by the rules in use, as if a draft were among them, and a calendar, by default the
    one in use."""
    rules = rules_in_use(session)
    return Recounter(days or calendar(session), laid_over(draft, rules) if draft else rules)


def lines(session: Session, count: Recounter) -> Iterator[Line]:
    """Every group of open limits that is counted by other rules or days than the counter's.

    Streamed: groups are as many as there are offices, days and rules.
    """
    with session.execute(_OPEN, execution_options={"yield_per": 5_000}) as rows:
        for row in rows:
            group = Group(row.rule_key, row.scope, row.started_on, _still(row.still))
            new = count.count(group)
            by_same_rule = new is None or new.rule.id == row.rule_id
            if row.calendar_id != count.days.id or not by_same_rule:
                yield Line(group, row.office_id, row.due_on, row.n, new)


def preview(
    session: Session, actor: Actor, count: Recounter | None = None, *, key: str | None = None
) -> Preview:
    """Which open dates the days off and rules in use would move, or those of a given counter; all
    limits, or those of one parameter.

    Offices in sight; who may order the move sees the figures of all. Nothing is written.
    """
    counter = count or recounter(session)
    offices: dict[int, _Sum] = {}
    rules: dict[str, _Sum] = {}
    for line in lines(session, counter):
        if key is not None and line.group.key != key:
            continue
        if actor.sees(line.office_id) or actor.may("deadlines.recount"):
            offices.setdefault(line.office_id, _Sum()).add(line)
            rules.setdefault(line.group.key, _Sum()).add(line)
    return Preview(
        calendar_id=counter.days.id,
        source=counter.days.source,
        offices=_of_offices(session, offices),
        rules=_of_rules(session, rules),
        later=sum(one.later for one in offices.values()),
        earlier=sum(one.earlier for one in offices.values()),
        same=sum(one.same for one in offices.values()),
    )


def preview_days(session: Session, actor: Actor, change: DaysOffChange) -> Preview:
    """The same for a list of days off that somebody proposes.

    Raises Invalid.
    """
    return preview(session, actor, recounter(session, proposed(session, change.change())))


def preview_draft(session: Session, actor: Actor, draft: Rule) -> Preview:
    """The same for a draft of a rule, as if it were approved: only the limits of that rule.

    Raises NotATimeLimit.
    """
    if not is_time_limit(draft):
        raise not_a_limit(draft)
    return preview(session, actor, recounter(session, draft=draft), key=draft.key)


def told(order: DeadlineRecount) -> RecountOut:
    """An order as it is shown."""
    return RecountOut(*(getattr(order, name) for name in RecountOut.__struct_fields__))


def order_recount(session: Session, actor: Actor, why: str, *, at: datetime) -> DeadlineRecount:
    """Order that all open dates are moved to where the rules and days off in use put them.

    Raises RecountRuns, NothingToMove.
    """
    actor.require("deadlines.recount")
    session.execute(_ONE_AT_A_TIME)
    if find_running(session) is not None:
        raise RecountRuns(_("The dates are being moved already."))
    days = calendar(session)
    if not session.scalar(_SOME_WAIT, {"calendar_id": days.id}):
        raise NothingToMove(_("Every open date is counted by the rules and days off in use."))
    newest = select(RuleSet.id).order_by(RuleSet.id.desc()).limit(1)
    made = DeadlineRecount(
        calendar_id=days.id,
        set_id=session.scalars(newest).one(),
        why=why,
        ordered_at=at,
        ordered_by_id=actor.staff_id,
        ordered_by=actor.name,
    )
    session.add(made)
    session.flush()
    _note(session, actor, "deadlines.recount.ordered", made, {"why": why}, at=at)
    return made


def find_running(session: Session) -> DeadlineRecount | None:
    """The order that is not carried out yet."""
    return session.scalar(
        select(DeadlineRecount)
        .where(DeadlineRecount.finished_at.is_(None))
        .order_by(DeadlineRecount.id)
        .limit(1)
    )


def find_last(session: Session) -> DeadlineRecount | None:
    """The newest order, carried out or not."""
    return session.scalar(select(DeadlineRecount).order_by(DeadlineRecount.id.desc()).limit(1))


def carry_out(
    transactions: Transactions, actor: Actor, recount_id: int, *, at: datetime, size: int = BATCH
) -> None:
    """Move the dates of an order, batch after batch; a machine that stops goes on where it was."""
    counter: Recounter | None = None
    done = False
    while not done:
        with transactions() as session:
            order = session.get(DeadlineRecount, recount_id, with_for_update=True)
            if order is None or order.finished_at is not None:
                return
            counter = counter or recounter(session)
            done = _batch(session, actor, order, counter, at=at, size=size)


def _batch(
    session: Session,
    actor: Actor,
    order: DeadlineRecount,
    counter: Recounter,
    *,
    at: datetime,
    size: int,
) -> bool:
    asked = {"after": order.last_id, "size": size, "calendar_id": counter.days.id}
    rows = session.execute(_NEXT, asked).all()
    ends: dict[MoveReason, dict[Moving, list[int]]] = {}
    seen = 0
    for row in rows:
        seen += len(row.ids)
        group = Group(row.rule_key, row.scope, row.started_on, _still(row.still))
        new = counter.count(group)
        if new is not None:
            why = MoveReason.CALENDAR if new.rule.id == row.rule_id else MoveReason.RULE
            end = _moving(group, new, counter.days)
            ends.setdefault(why, {}).setdefault(end, []).extend(row.ids)
    moved = sum(
        move(session, actor, of, why, at=at, document=order.why, recount_id=order.id)
        for why, of in ends.items()
    )
    last = max((row.last_id for row in rows), default=order.last_id)
    done = seen < size
    session.execute(
        update(DeadlineRecount)
        .where(DeadlineRecount.id == order.id)
        .values(
            seen=order.seen + seen,
            moved=order.moved + moved,
            last_id=last,
            finished_at=at if done else None,
        )
    )
    if done:
        data = {"seen": order.seen + seen, "moved": order.moved + moved}
        _note(session, actor, "deadlines.recount.finished", order, data, at=at)
    return done


def _moving(group: Group, new: Counted, days: WorkingCalendar) -> Moving:
    return Moving(
        due_on=new.due.due_on,
        warn_on=new.warn_on,
        paused_on=None,
        still=group.still,
        skipped=msgspec.json.encode(new.due.skipped),
        rule_id=new.rule.id or 0,
        article=new.rule.article,
        confidence=new.rule.confidence.value,
        calendar_id=days.id or 0,
        agreed=False,
    )


class _Sum:
    def __init__(self) -> None:
        self.later = self.earlier = self.same = self.most = 0

    def add(self, line: Line) -> None:
        shift = line.shift
        if shift > 0:
            self.later += line.limits
        elif shift < 0:
            self.earlier += line.limits
        else:
            self.same += line.limits
        self.most = max(self.most, shift, key=abs)


def _of_offices(session: Session, found: dict[int, _Sum]) -> tuple[OfficeMoves, ...]:
    names = _words_of(session, select(Office.id, Office.name).where(Office.id.in_(found)))
    made = [
        OfficeMoves(office_id, names[office_id], one.later, one.earlier, one.same, one.most)
        for office_id, one in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.later - one.earlier, one.office)))


def _of_rules(session: Session, found: dict[str, _Sum]) -> tuple[RuleMoves, ...]:
    p = LegalParameter
    rows = session.execute(select(p.key, p.title_en, p.title_vi).where(p.key.in_(found)))
    titles = {key: Word(en, vi) for key, en, vi in rows}
    made = [
        RuleMoves(key, titles[key], one.later, one.earlier, one.same, one.most)
        for key, one in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.later - one.earlier, one.key)))


def _words_of(session: Session, statement: Any) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(statement)}


def _still(stored: Sequence[dict[str, Any]]) -> tuple[Still, ...]:
    return msgspec.convert(stored, tuple[Still, ...]) if stored else ()


def _note(
    session: Session,
    actor: Actor,
    code: str,
    order: DeadlineRecount,
    data: dict[str, Any],
    *,
    at: datetime,
) -> None:
    subject = ledger.Subject("deadline_recount", order.id, str(order.id))
    ledger.record(session, actor, code, subject, data, at=at)

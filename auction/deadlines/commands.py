"""Setting a deadline when its event happens, and recording that what was due was done."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from auction.deadlines.excusing import follow_holds
from auction.deadlines.meeting import refuse_by_hand
from auction.deadlines.models import Deadline
from auction.deadlines.moving import Moving, move
from auction.deadlines.queries import get_deadline, is_open
from auction.deadlines.rules import (
    WARN_RULE,
    AlreadyMet,
    Granted,
    MoveReason,
    NotOpen,
    TooLong,
    due_date,
    key_and_scope,
    warn_date,
    warning_rule,
)
from auction.deadlines.schemas import Begun, DeadlineOut, DeadlineSubject
from auction.deadlines.writing import Fulfilled, Made, write_limits, write_met
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import (
    CalendarUnknown,
    Rule,
    RuleUnknown,
    ScopeNeeded,
    WorkingCalendar,
    choose_rule,
)
from inventory.audit import ledger
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Duplicate, NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight


def set_deadline(
    session: Session,
    actor: Actor,
    key: str,
    started_on: date,
    subject: DeadlineSubject,
    *,
    at: datetime,
    scope: str | None = None,
) -> DeadlineOut:
    """Compute and store what is due after an event, by the law of the event's day.

    Part of the act that brings the event about; the same event again changes nothing.
    """
    if not actor.sees(subject.office_id):
        raise NotFound(_("There is no such office."))
    known = rules_in_use(session, key, WARN_RULE)
    rule = choose_rule(known, key, started_on, scope)
    row = _row(rule, known, calendar(session), subject, started_on=started_on)
    made = _set(session, actor, [row], at=at)
    known_id = made[0].id if made else _existing(session, rule, started_on, subject)
    return get_deadline(session, actor, known_id)


def set_limits(
    session: Session,
    actor: Actor,
    keys: Sequence[str],
    started_on: date,
    subject: DeadlineSubject,
    *,
    at: datetime,
    scope: str | None = None,
    fulfilled: Fulfilled | None = None,
    also: Sequence[Begun] = (),
) -> None:
    """Set all limits that begin with an event, in few statements, as far as the law knows them.

    A parameter that the law of that day lacks, or a day outside the calendar, sets nothing; the
    same event again changes nothing. ``fulfilled`` are the limits that the same act meets, ``also``
    those that begin with it on days of their own; ``key/scope`` names the row of a scope.
    """
    begun = [*(Begun(key, started_on) for key in keys), *also]
    named = [(*key_and_scope(one.key, scope), one) for one in begun]
    known = rules_in_use(session, *{key for key, _scope, _one in named}, WARN_RULE) if begun else ()
    rows: list[dict[str, Any]] = []
    for key, of_scope, one in named:
        with suppress(RuleUnknown, ScopeNeeded, CalendarUnknown):
            rule = choose_rule(known, key, one.on, of_scope)
            row = _row(rule, known, calendar(session), subject, started_on=one.on)
            rows.append({**row, "met_on": one.met_on})
    if rows:
        _set(session, actor, rows, at=at, fulfilled=fulfilled)
    elif fulfilled is not None:
        write_met(session, actor, fulfilled, at=at)


def meet_deadline(
    session: Session, actor: Actor, deadline_id: int, met_on: date | None = None, *, at: datetime
) -> DeadlineOut:
    """Record that what was due was done, on a day not after today, where no act tells of it.

    Raises NotFound, Invalid, MetByAct, AlreadyMet, NotOpen.
    """
    actor.require("deadlines.meet")
    get_deadline(session, actor, deadline_id)
    met_on = met_on or local_day(at)
    not_ahead(met_on, at, field="met_on")
    own = select(Deadline).where(Deadline.id == deadline_id, in_sight(Deadline.office_id, actor))
    locked = session.scalars(own.with_for_update()).one_or_none()
    if locked is None:
        raise NotFound(_("There is no such deadline."))
    if locked.met_on is not None:
        raise AlreadyMet(_("This deadline was met before."))
    if locked.voided_on is not None:
        raise NotOpen(_("This deadline fell away; there is nothing to meet."))
    refuse_by_hand(locked.rule_key, locked.scope, locked.article)
    locked.met_on, locked.met_at, locked.met_by_id = met_on, at, actor.staff_id
    session.flush()
    _record_met(session, actor, locked, at=at)
    return get_deadline(session, actor, deadline_id)


def meet_by_act(
    session: Session,
    actor: Actor,
    key: str | Sequence[str],
    subject: DeadlineSubject,
    *,
    met_on: date,
    at: datetime,
    begun_by: date | None = None,
) -> int:
    """Close the open deadlines of a subject that an act of another room fulfils; how many.

    With ``begun_by`` only those that had begun by that day.
    """
    keys = [key] if isinstance(key, str) else list(key)
    return len(write_met(session, actor, Fulfilled(keys, subject, met_on, begun_by), at=at))


def run_out(session: Session, actor: Actor, deadline_id: int, *, at: datetime) -> Deadline | None:
    """Close a limit of the parties that nobody used: it is over with its last day.

    None, and nothing changes, while it runs or stands still, or once it was closed.
    """
    ended = session.scalars(
        update(Deadline)
        .where(
            Deadline.id == deadline_id,
            is_open(),
            Deadline.paused_on.is_(None),
            Deadline.due_on < local_day(at),
            in_sight(Deadline.office_id, actor),
        )
        .values(met_on=Deadline.due_on, met_at=at, met_by_id=actor.staff_id)
        .returning(Deadline)
    ).one_or_none()
    if ended is not None:
        about = _subject(ended.id, ended.subject_ref, ended.office_id)
        data = {"key": ended.rule_key, "due_on": ended.due_on.isoformat()}
        ledger.record(session, actor, "deadlines.deadline.ran_out", about, data, at=at)
    return ended


def void_deadlines(
    session: Session,
    actor: Actor,
    subject: DeadlineSubject,
    keys: str | Sequence[str] | None,
    *,
    at: datetime,
    why: str,
    due_from: date | None = None,
    but_from: date | None = None,
    begun_on: date | None = None,
) -> int:
    """Let open deadlines of a subject fall away because their ground did; how many.

    Without keys, all of them. With ``due_from`` only those that end on that day or later: what was
    broken before stays so. Those that began on ``but_from`` stay: they would begin on it again;
    with ``begun_on`` only those that began on that day fall away.
    Part of the act that takes the ground away; again changes nothing.
    """
    wanted = [keys] if isinstance(keys, str) else keys
    statement = (
        update(Deadline)
        .where(
            true() if wanted is None else Deadline.rule_key.in_(wanted),
            Deadline.subject_kind == subject.kind,
            Deadline.subject_ref == subject.ref,
            is_open(),
            in_sight(Deadline.office_id, actor),
        )
        .values(voided_on=local_day(at), voided_why=why)
        .returning(Deadline.id, Deadline.rule_key, Deadline.due_on)
    )
    statement = statement.where(*_days(due_from, but_from, begun_on))
    gone = session.execute(statement).all()
    entries = [
        ledger.row_of(
            actor,
            "deadlines.deadline.voided",
            _subject(one.id, subject.ref, subject.office_id),
            {"key": one.rule_key, "due_on": one.due_on.isoformat(), "why": why},
            at=at,
        )
        for one in gone
    ]
    ledger.record_many(session, entries)
    return len(gone)


def _days(
    due_from: date | None, but_from: date | None, begun_on: date | None
) -> Iterator[ColumnElement[bool]]:
    """Which limits fall away, by the day on which they end or began."""
    if due_from is not None:
        yield Deadline.due_on >= due_from
    if but_from is not None:
        yield Deadline.started_on != but_from
    if begun_on is not None:
        yield Deadline.started_on == begun_on


def extend_deadline(
    session: Session,
    actor: Actor,
    deadline_id: int,
    until: date,
    by: Rule,
    *,
    document: str,
    at: datetime,
    ground: str = "",
    bounded: bool = True,
) -> DeadlineOut:
    """Grant more time for an open deadline, at most as long as a rule of law allows from its start.

    Without bounds where a second person let the act depart from the rule. Ground, paper and article
    stand on the limit for ever. Part of the act of another room that has the agreement or decision.
    Raises NotFound, NotOpen, TooLong.
    """
    get_deadline(session, actor, deadline_id)
    kept = session.scalars(
        select(Deadline)
        .where(Deadline.id == deadline_id, is_open(), in_sight(Deadline.office_id, actor))
        .with_for_update()
    ).one_or_none()
    if kept is None:
        raise NotOpen(_("This deadline was met or fell away; it is not extended."))
    latest = due_date(kept.started_on, by, calendar(session)).due_on if bounded else date.max
    if not kept.due_on < until <= latest:
        raise TooLong(
            _("The new day must be after %(due)s and not after %(latest)s (rule %(rule)s)."),
            field="until",
            article=by.article,
            due=kept.due_on,
            latest=latest,
            rule=by.key,
        )
    same = Moving.of(kept)
    granted = Granted(until, ground, document, by.article)
    warn_on = min(kept.warn_on, until)
    end = msgspec.structs.replace(same, due_on=until, warn_on=warn_on, agreed=True, granted=granted)
    move(session, actor, {end: [deadline_id]}, MoveReason.EXTENSION, document=document, at=at)
    session.expire(kept)
    about = _subject(deadline_id, kept.subject_ref, kept.office_id)
    data = {"key": kept.rule_key, "until": until.isoformat(), "document": document}
    ledger.record(session, actor, "deadlines.deadline.extended", about, data, at=at)
    return get_deadline(session, actor, deadline_id)


def _set(
    session: Session,
    actor: Actor,
    rows: Sequence[dict[str, Any]],
    *,
    at: datetime,
    fulfilled: Fulfilled | None = None,
) -> list[Made]:
    made = write_limits(session, actor, rows, at=at, fulfilled=fulfilled)
    held = [one.id for one in made if one.held]
    if held:
        follow_holds(session, actor, held, at=at)
    return made


def _row(
    rule: Rule,
    known: Sequence[Rule],
    days: WorkingCalendar,
    subject: DeadlineSubject,
    *,
    started_on: date,
) -> dict[str, Any]:
    due = due_date(started_on, rule, days)
    warn = warning_rule(known, rule, started_on)
    return {
        "office_id": subject.office_id,
        "rule_id": rule.id,
        "rule_key": rule.key,
        "scope": rule.scope,
        "article": rule.article,
        "confidence": rule.confidence.value,
        "event": rule.anchor,
        "started_on": started_on,
        "due_on": due.due_on,
        "warn_on": warn_date(started_on, due.due_on, rule, warn, days),
        "calendar_id": days.id,
        "skipped": msgspec.to_builtins(due.skipped),
        "subject_kind": subject.kind,
        "subject_ref": subject.ref,
        "asset_id": subject.asset_id,
        "lot_id": subject.lot_id,
    }


def _existing(session: Session, rule: Rule, started_on: date, subject: DeadlineSubject) -> int:
    found = session.scalar(
        select(Deadline.id).where(
            Deadline.subject_kind == subject.kind,
            Deadline.subject_ref == subject.ref,
            Deadline.rule_key == rule.key,
            Deadline.scope.is_not_distinct_from(rule.scope),
            Deadline.started_on == started_on,
        )
    )
    if found is None:
        raise Duplicate(_("Another office has set this deadline."))
    return found


def _record_met(session: Session, actor: Actor, deadline: Deadline, *, at: datetime) -> None:
    met_on = deadline.met_on or local_day(at)
    data = {
        "key": deadline.rule_key,
        "due_on": deadline.due_on.isoformat(),
        "met_on": met_on.isoformat(),
        "late": met_on > deadline.due_on,
    }
    subject = _subject(deadline.id, deadline.subject_ref, deadline.office_id)
    ledger.record(session, actor, "deadlines.deadline.met", subject, data, at=at)


def _subject(deadline_id: int, ref: str, office_id: int) -> ledger.Subject:
    return ledger.Subject("deadline", deadline_id, ref, office_id)

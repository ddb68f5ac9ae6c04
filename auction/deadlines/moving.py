"""Moving due dates: limits stand still while a hold is open, and go on with what was left of them.

A date moves only through the database's ``kebien_move_deadlines``, which writes the row that says
why in the same statement. Limits that end alike are handed over as one end with all its ids.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    bindparam,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline, Standstill
from auction.deadlines.queries import is_open, rules_by_id
from auction.deadlines.rules import (
    EXCUSING,
    WARN_RULE,
    Granted,
    MoveReason,
    Still,
    due_date,
    paused_since,
    warn_date,
    warning_rule,
)
from auction.legal_rules.models import LegalRule
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import Direction, Rule, WorkingCalendar
from inventory.base.actor import Actor
from inventory.base.clock import local_day

_ONE = timedelta(days=1)
_MOVE = text("SELECT kebien_move_deadlines(:ids, :nth, :ends, :said)").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)),
    bindparam("nth", type_=ARRAY(Integer)),
    bindparam("ends", type_=JSONB),
    bindparam("said", type_=JSONB),
)


MATCHES: ColumnElement[bool] = literal_column(
    """((standstill.subject_kind = 'asset' AND standstill.subject_id = deadline.asset_id
  OR standstill.subject_kind = 'lot' AND standstill.subject_id = deadline.lot_id
  OR standstill.subject_kind = 'case' AND deadline.subject_kind = 'case'
    AND standstill.subject_ref = deadline.subject_ref AND standstill.office_id = deadline.office_id)
AND (standstill.keys IS NULL OR deadline.rule_key = ANY (standstill.keys))
AND deadline.rule_key <> ALL (standstill.spares))""",
    Boolean,
)
"""That a standstill is about a deadline."""

_STOPS: ColumnElement[bool] = literal_column(
    f"({MATCHES} AND standstill.kind <> '{EXCUSING}')", Boolean
)
"""That it lets the deadline stand still; an excuse leaves it running."""

IS_HELD = f"EXISTS (SELECT FROM standstill WHERE standstill.to_on IS NULL AND {MATCHES})"
"""That an open hold stops or excuses the deadline that a statement returns."""


class Moving(msgspec.Struct, frozen=True, kw_only=True):
    """All that a move sets; limits with the same end are moved together."""

    due_on: date
    warn_on: date
    paused_on: date | None
    still: tuple[Still, ...]
    skipped: bytes
    rule_id: int
    article: str
    confidence: str
    calendar_id: int
    agreed: bool
    granted: Granted | None = None

    @classmethod
    def of(cls, kept: Deadline) -> Self:
        """A deadline as it is."""
        return cls(
            due_on=kept.due_on,
            warn_on=kept.warn_on,
            paused_on=kept.paused_on,
            still=msgspec.convert(kept.still, tuple[Still, ...]),
            skipped=msgspec.json.encode(kept.skipped),
            rule_id=kept.rule_id,
            article=kept.article,
            confidence=kept.confidence,
            calendar_id=kept.calendar_id,
            agreed=kept.agreed,
            granted=msgspec.convert(kept.granted, Granted | None),
        )


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A hold as the deadlines know it, and which limits of which things it stops.

    ``keys`` none means all limits; ``spares`` are limits it never stops.
    """

    hold_id: int
    office_id: int
    kind: str
    subjects: tuple[tuple[str, int, str], ...]
    keys: tuple[str, ...] | None
    spares: tuple[str, ...]
    from_on: date
    document: str | None = None
    proof: str | None = None


def move(
    session: Session,
    actor: Actor,
    ends: Mapping[Moving, Sequence[int]],
    why: MoveReason,
    *,
    at: datetime,
    document: str | None = None,
    hold_id: int | None = None,
    recount_id: int | None = None,
) -> int:
    """Give open limits new ends, with a row for each that moved; how many moved."""
    ids: list[int] = []
    nth: list[int] = []
    said: list[dict[str, Any]] = []
    for n, (end, of) in enumerate(ends.items()):
        ids += of
        nth += [n] * len(of)
        plain = msgspec.to_builtins(end)
        said.append({**plain, "n": n, "skipped": msgspec.json.decode(end.skipped)})
    if not ids:
        return 0
    about = {
        "why": why.value,
        "on": local_day(at).isoformat(),
        "at": at.isoformat(),
        "staff_id": actor.staff_id,
        "actor": actor.name,
        "hold_id": hold_id,
        "recount_id": recount_id,
        "document": document,
    }
    asked = {"ids": ids, "nth": nth, "ends": said, "said": about}
    return int(session.execute(_MOVE, asked).scalar_one())


def pause(session: Session, actor: Actor, stop: Stop, *, at: datetime) -> int:
    """Let the open limits of a hold's things stand still from its first day; how many did.

    A limit that had ended before stays broken, one that runs backward from an event goes on. New
    limits that begin while the hold is open stand still from their first day.
    """
    write_standstill(session, stop)
    session.flush()
    wanted = (
        _STOPS,
        Standstill.hold_id == stop.hold_id,
        not_broken(stop.from_on),
    )
    return _pause(session, actor, wanted, stop.hold_id, at=at, document=stop.document)


def pause_new(session: Session, actor: Actor, ids: Sequence[int], *, at: datetime) -> None:
    """Let limits just set stand still where open holds stop them."""
    holds = session.scalars(
        select(Standstill.hold_id)
        .join(Deadline, _STOPS)
        .where(Deadline.id.in_(ids), Standstill.to_on.is_(None))
        .distinct()
    ).all()
    for hold_id in sorted(holds):
        wanted = (_STOPS, Standstill.hold_id == hold_id, Deadline.id.in_(ids))
        _pause(session, actor, wanted, hold_id, at=at)


def resume(
    session: Session,
    actor: Actor,
    hold_id: int,
    to_on: date,
    *,
    at: datetime,
    document: str | None = None,
) -> int:
    """Let limits go on after the last day of a hold with the days that were left; how many moved.

    What another hold still stops keeps standing.
    """
    rows = session.execute(
        select(Deadline)
        .join(Standstill, _STOPS)
        .where(Standstill.hold_id == hold_id, Deadline.paused_on.is_not(None), is_open())
        .with_for_update(of=Deadline)
    )
    kept = rows.scalars().unique().all()
    rules = rules_by_id(session, sorted({one.rule_id for one in kept}))
    count = _Counting(session)
    ends: dict[Moving, list[int]] = {}
    for one in kept:
        end = count.ended(one, rules[one.rule_id], hold_id, to_on)
        if end is not None:
            ends.setdefault(end, []).append(one.id)
    closed = update(Standstill).where(Standstill.hold_id == hold_id, Standstill.to_on.is_(None))
    session.execute(closed.values(to_on=to_on))
    moved = move(session, actor, ends, MoveReason.RESUME, at=at, document=document, hold_id=hold_id)
    _forget(session, kept)
    return moved


def not_broken(on: date) -> ColumnElement[bool]:
    """That a limit had not ended before a day; one that stands still has no end."""
    return or_(Deadline.due_on >= on, Deadline.paused_on <= on)


def write_standstill(session: Session, stop: Stop) -> None:
    """Keep which limits of a hold's things it is about."""
    rows = [
        {
            "hold_id": stop.hold_id,
            "office_id": stop.office_id,
            "kind": stop.kind,
            "subject_kind": kind,
            "subject_id": subject_id,
            "subject_ref": ref,
            "keys": None if stop.keys is None else list(stop.keys),
            "spares": list(stop.spares),
            "from_on": stop.from_on,
            "proof": stop.proof,
        }
        for kind, subject_id, ref in stop.subjects
    ]
    if rows:
        session.execute(insert(Standstill).values(rows).on_conflict_do_nothing())


def _pause(
    session: Session,
    actor: Actor,
    wanted: Sequence[ColumnElement[bool]],
    hold_id: int,
    *,
    at: datetime,
    document: str | None = None,
) -> int:
    rows = session.execute(
        select(Deadline, Standstill.from_on, Standstill.kind)
        .join(Standstill, _STOPS)
        .join(LegalRule, LegalRule.id == Deadline.rule_id)
        .where(*wanted, is_open(), LegalRule.direction == Direction.AFTER.value)
        .with_for_update(of=Deadline)
    ).all()
    ends: dict[Moving, list[int]] = {}
    seen: set[int] = set()
    for kept, from_on, kind in rows:
        as_is = Moving.of(kept)
        if kept.id in seen or any(span.hold_id == hold_id for span in as_is.still):
            continue
        seen.add(kept.id)
        still = (*as_is.still, Still(from_on, None, hold_id, kind))
        end = msgspec.structs.replace(as_is, still=still, paused_on=paused_since(still))
        ends.setdefault(end, []).append(kept.id)
    moved = move(session, actor, ends, MoveReason.PAUSE, at=at, document=document, hold_id=hold_id)
    _forget(session, [row[0] for row in rows])
    return moved


class _Counting:
    """Counts limits anew by the calendar in use."""

    def __init__(self, session: Session) -> None:
        self.days: WorkingCalendar = calendar(session)
        self.known = rules_in_use(session, WARN_RULE)

    def ended(self, kept: Deadline, rule: Rule, hold_id: int, to_on: date) -> Moving | None:
        """The end of a limit after a hold ended, None where that hold did not stop it."""
        as_is = Moving.of(kept)
        if not any(span.hold_id == hold_id for span in as_is.still):
            return None
        still = tuple(_close(span, hold_id, to_on) for span in as_is.still)
        if kept.agreed:
            return msgspec.structs.replace(
                as_is,
                still=still,
                paused_on=paused_since(still),
                due_on=_agreed(kept, still, hold_id),
            )
        due = due_date(kept.started_on, rule, self.days, still)
        warn = warning_rule(self.known, rule, kept.started_on)
        return msgspec.structs.replace(
            as_is,
            still=still,
            paused_on=paused_since(still),
            due_on=due.due_on,
            skipped=msgspec.json.encode(due.skipped),
            warn_on=warn_date(kept.started_on, due.due_on, rule, warn, self.days),
            calendar_id=self.days.id,
        )


def _agreed(kept: Deadline, still: Sequence[Still], hold_id: int) -> date:
    """A granted day moves on by the days of the standstill that ended."""
    span = next(one for one in still if one.hold_id == hold_id)
    if span.to_on is None or span.from_on > kept.due_on:
        return kept.due_on
    lost = span.to_on - max(span.from_on, kept.started_on) + _ONE
    return kept.due_on + max(lost, timedelta())


def _close(span: Still, hold_id: int, to_on: date) -> Still:
    if span.hold_id != hold_id or span.to_on is not None:
        return span
    return msgspec.structs.replace(span, to_on=to_on)


def _forget(session: Session, rows: Sequence[Deadline]) -> None:
    """What was read is stale once the function moved it."""
    for row in rows:
        session.expire(row)

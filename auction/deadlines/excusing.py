"""Excusing due dates: under force majeure a limit keeps its day, and being late is excused.

A limit that begins while it lasts is excused like one that ran before.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline, Standstill
from auction.deadlines.moving import MATCHES, Stop, not_broken, pause_new, write_standstill
from auction.deadlines.queries import is_open, rules_by_id
from auction.deadlines.rules import ENDLESS, EXCUSING, Still, due_date
from auction.legal_rules.queries import calendar
from inventory.base.actor import Actor

_EXCUSE_NEW = text(
    f"""UPDATE deadline SET excused_from = standstill.from_on, excused_until = '{ENDLESS}',
  excused_hold_id = standstill.hold_id, excused_proof = standstill.proof
FROM standstill
WHERE deadline.id = ANY (:ids) AND deadline.excused_from IS NULL AND standstill.to_on IS NULL
  AND standstill.kind = '{EXCUSING}' AND {MATCHES}"""  # noqa: S608 - constants of this program
)


def excuse(session: Session, stop: Stop) -> int:
    """Excuse the open limits that force majeure keeps from being met; their days do not move.

    What was overdue before it came stays overdue. New limits that begin while it lasts are
    excused as well.
    """
    write_standstill(session, stop)
    session.flush()
    matching = (
        select(Deadline.id)
        .join(Standstill, MATCHES)
        .where(Standstill.hold_id == stop.hold_id, not_broken(stop.from_on), is_open())
    )
    excused = (
        update(Deadline)
        .where(Deadline.id.in_(matching))
        .values(
            excused_from=stop.from_on,
            excused_until=ENDLESS,
            excused_hold_id=stop.hold_id,
            excused_proof=stop.proof or "",
        )
        .returning(Deadline.id)
    )
    return len(session.scalars(excused).all())


def follow_holds(session: Session, actor: Actor, ids: Sequence[int], *, at: datetime) -> None:
    """Let limits just set stand still, or be excused, where open holds are about them."""
    pause_new(session, actor, ids, at=at)
    session.execute(_EXCUSE_NEW, {"ids": list(ids)})


def end_excuse(session: Session, hold_id: int, to_on: date) -> int:
    """After force majeure a limit is excused for as long as it would have stood still."""
    rows = session.scalars(
        select(Deadline)
        .where(Deadline.excused_hold_id == hold_id, is_open())
        .with_for_update(of=Deadline)
        .execution_options(populate_existing=True)
    ).all()
    rules = rules_by_id(session, sorted({one.rule_id for one in rows}))
    days = calendar(session)
    for one in rows:
        span = Still(one.excused_from or to_on, to_on, hold_id, EXCUSING)
        still = (*msgspec.convert(one.still, tuple[Still, ...]), span)
        over = due_date(one.started_on, rules[one.rule_id], days, still).due_on
        one.excused_until = max(over, to_on)
    closed = update(Standstill).where(Standstill.hold_id == hold_id)
    session.execute(closed.values(to_on=to_on))
    session.flush()
    return len(rows)

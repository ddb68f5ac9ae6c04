"""Limits that run on the end of others: what is due once a time went by without its act."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from auction.deadlines.commands import run_out, set_limits, void_deadlines
from auction.deadlines.models import Deadline
from auction.deadlines.queries import is_open
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class Succession(NamedTuple):
    """What begins with the last day of a limit; one of the parties is over with that day."""

    then: str | None
    ends: bool


AFTER: dict[str, Succession] = {
    "auction_contract_due": Succession("fallback_auction_centre", ends=False),
    "public_posting_notice_days": Succession(None, ends=True),
    "voluntary_period": Succession("verification_start", ends=True),
    "custody_dearer_than_asset": Succession(None, ends=True),
    "reduction_agreement_period": Succession(None, ends=True),
}
"""The local centre takes over where no contract was signed (L25 Art. 83(2)a), what was posted long
enough is told (D152/26 Art. 17(3)), verification begins after the time to fulfil by
oneself (L25 Art. 36(1), 37(1)), the debtor's time to take a thing into custody is over (D152/26
Art. 24(3)), and so is the parties' to agree (L08 Art. 104(1))."""


def ended_limits(session: Session, at: datetime, most: int) -> list[int]:
    """Limits that ended unmet before today and of which something follows that has not yet."""
    statement = (
        select(Deadline.id)
        .where(
            Deadline.rule_key.in_(AFTER),
            is_open(),
            Deadline.paused_on.is_(None),
            Deadline.due_on < local_day(at),
            or_(*(_waits(session, key, one) for key, one in AFTER.items())),
        )
        .order_by(Deadline.due_on, Deadline.id)
        .limit(most)
    )
    return list(session.scalars(statement))


def succeed(session: Session, actor: Actor, deadline_id: int, *, at: datetime) -> None:
    """Let begin what follows the end of a limit, by the law of that day; again changes nothing."""
    ended = session.get(Deadline, deadline_id)
    if ended is None or ended.met_on is not None or ended.voided_on is not None:
        return
    follows = AFTER[ended.rule_key]
    if follows.ends and run_out(session, actor, deadline_id, at=at) is None:
        return
    if follows.then is not None:
        subject = DeadlineSubject(
            ended.subject_kind, ended.subject_ref, ended.office_id, ended.asset_id, ended.lot_id
        )
        _drop_earlier(session, actor, subject, ended, follows.then, at=at)
        set_limits(session, actor, (follows.then,), ended.due_on, subject, at=at)


def _drop_earlier(
    session: Session,
    actor: Actor,
    subject: DeadlineSubject,
    ended: Deadline,
    then: str,
    *,
    at: datetime,
) -> None:
    """What was counted from an earlier end falls away where a hold moved that end."""
    d = Deadline
    earlier = select(d.id).where(
        d.rule_key == then,
        d.subject_kind == subject.kind,
        d.subject_ref == subject.ref,
        d.office_id == subject.office_id,
        d.started_on.between(ended.started_on, ended.due_on - timedelta(days=1)),
        is_open(),
    )
    if session.scalar(earlier.limit(1)) is not None:
        why = f"Thời hạn trước đó kết thúc ngày {ended.due_on:%d/%m/%Y}"
        void_deadlines(session, actor, subject, then, at=at, why=why)


def _waits(session: Session, key: str, one: Succession) -> ColumnElement[bool]:
    """Of a parameter: what the parties' time ended, or what has no successor the law knows."""
    of_key = Deadline.rule_key == key
    if one.ends:
        return of_key
    later = aliased(Deadline)
    begun = exists().where(
        later.rule_key == one.then,
        later.subject_kind == Deadline.subject_kind,
        later.subject_ref == Deadline.subject_ref,
        later.started_on == Deadline.due_on,
    )
    known = rules_in_use(session, one.then) if one.then else ()
    return and_(of_key, or_(false(), *map(_serves, known)), ~begun)


def _serves(rule: Rule) -> ColumnElement[bool]:
    since = Deadline.due_on >= rule.valid_from
    return since if rule.valid_to is None else and_(since, Deadline.due_on <= rule.valid_to)

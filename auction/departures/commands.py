"""Asking for a departure from a rule, deciding on it, and letting an act through on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text, true
from sqlalchemy.orm import Session

from auction.deadlines.schemas import DeadlineSubject
from auction.departures.models import Departure, DepartureDecision, DepartureUse
from auction.departures.queries import get_departure, second_people
from auction.departures.rules import (
    ROOM,
    Act,
    DepartureAsked,
    DepartureDecided,
    DepartureUsed,
    NoRoom,
    OwnDeparture,
)
from auction.departures.schemas import Allowed, Decision, NewDeparture
from auction.legal_rules.queries import basis_on, rules_in_use
from auction.legal_rules.rules import Rule
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by

_SUBJECTS = {"lot": "lot", "asset": "asset"}
_FIND = "SELECT id, office_id FROM {table} WHERE reference = :ref"
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('kebien.departure'), hashtext(:about))")


def ask_departure(session: Session, actor: Actor, new: NewDeparture, *, at: datetime) -> Departure:
    """Ask to depart from a rule for one lot or asset; it serves one act, once approved.

    Raises NotFound, NoRoom, DepartureAsked.
    """
    actor.require("departures.ask")
    today = local_day(at)
    subject = _subject(session, actor, new.subject_kind, new.subject_ref)
    rule = _rule(session, new.rule_key, today)
    session.execute(_ALONE, {"about": f"{new.subject_ref}/{new.rule_key}"})
    if _open(session, rule.key, subject) is not None:
        raise DepartureAsked(_("The same departure was asked for before and is still open."))
    asked = Departure(
        office_id=subject.office_id,
        rule_key=rule.key,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        subject_kind=subject.kind,
        subject_ref=subject.ref,
        asset_id=subject.asset_id,
        lot_id=subject.lot_id,
        on_day=today,
        reason=new.reason,
        document=new.document,
        asked_at=at,
        asked_by_id=actor.staff_id,
        asked_by=actor.name,
    )
    session.add(asked)
    session.flush()
    data = {"rule": rule.key, "reason": new.reason}
    audit.record(session, actor, Act.ASKED, _about(asked), data, at=at)
    return asked


def decide_departure(
    session: Session, actor: Actor, departure_id: int, said: Decision, *, at: datetime
) -> DepartureDecision:
    """Approve a departure or turn it down; never by who asked for it.

    Raises NotFound, OwnDeparture, DepartureDecided.
    """
    actor.require("departures.decide")
    found = get_departure(session, actor, departure_id)
    if found.asked_by_id is not None and found.asked_by_id == actor.staff_id:
        raise _own(session, actor, found.office_id, at)
    asked = session.get_one(Departure, found.id)
    decision = DepartureDecision(
        departure_id=asked.id,
        office_id=asked.office_id,
        approved=said.approved,
        words=said.words,
        decided_at=at,
        decided_by_id=actor.staff_id,
        decided_by=actor.name,
    )
    twice = DepartureDecided(_("This departure was decided on before."))
    with refused_by(session, "pk_departure_decision", twice):
        session.add(decision)
        session.flush()
    data = {"rule": asked.rule_key, "approved": said.approved}
    audit.record(session, actor, Act.DECIDED, _about(asked), data, at=at)
    return decision


def allow_departure(
    session: Session,
    actor: Actor,
    refusal: DomainError,
    rule: Rule,
    subject: DeadlineSubject,
    *,
    at: datetime,
    facts: dict[str, Any],
) -> Allowed:
    """Let an act through that a rule refuses, on a departure approved by a second person.

    Part of the act; the departure is used up by it and stays in the record with the facts. Where
    there is none, the refusal is raised, and says whether the rule leaves room for one, who
    decides on it, and whether it waits for him.
    """
    approved = _open(session, rule.key, subject, approved=True)
    if approved is None:
        raise _with_room(session, actor, refusal, rule.key, subject, at=at)
    use = DepartureUse(
        departure_id=approved.id,
        office_id=approved.office_id,
        refusal=refusal.code,
        facts=facts,
        used_at=at,
        used_by_id=actor.staff_id,
        used_by=actor.name,
    )
    twice = DepartureUsed(_("The departure was used before; it serves one act."))
    with refused_by(session, "pk_departure_use", twice):
        session.add(use)
        session.flush()
    data = {"rule": rule.key, "refusal": refusal.code, **facts}
    audit.record(session, actor, Act.USED, _about(approved), data, at=at)
    decided = session.get_one(DepartureDecision, approved.id)
    return Allowed(approved.id, approved.reason, approved.document, decided.decided_by)


def _with_room(
    session: Session,
    actor: Actor,
    refusal: DomainError,
    key: str,
    subject: DeadlineSubject,
    *,
    at: datetime,
) -> DomainError:
    """The refusal, and by whom the act may be let through where the rule leaves room."""
    if not leaves_room(session, key, at):
        return refusal
    who = second_people(session, subject.office_id, local_day(at), but=actor.staff_id)
    refusal.departs = {"rule": key, "kind": subject.kind, "ref": subject.ref, "who": who}
    waiting = _open(session, key, subject)
    if waiting is not None:
        refusal.departs["asked"] = waiting.id
    return refusal


def _own(session: Session, actor: Actor, office_id: int, at: datetime) -> OwnDeparture:
    who = second_people(session, office_id, local_day(at), but=actor.staff_id)
    return OwnDeparture(
        _("Who asks for a departure does not decide on it. Decided by: %(who)s."),
        who=who or ("–",),
        **basis_on(session, ROOM, local_day(at)),
    )


def _open(
    session: Session, key: str, subject: DeadlineSubject, *, approved: bool = False
) -> Departure | None:
    """A departure from a rule for a subject that is neither used nor turned down."""
    statement = (
        select(Departure)
        .outerjoin(DepartureDecision, DepartureDecision.departure_id == Departure.id)
        .outerjoin(DepartureUse, DepartureUse.departure_id == Departure.id)
        .where(
            Departure.rule_key == key,
            Departure.subject_kind == subject.kind,
            Departure.subject_ref == subject.ref,
            DepartureUse.departure_id.is_(None),
            func.coalesce(DepartureDecision.approved, true()),
        )
        .order_by(Departure.id)
        .limit(1)
    )
    if approved:
        statement = statement.where(DepartureDecision.approved)
    return session.scalar(statement)


def find_approved(session: Session, key: str, subject: DeadlineSubject) -> str | None:
    """Who approved a departure from a rule for a subject that no act has used yet."""
    found = _open(session, key, subject, approved=True)
    if found is None:
        return None
    decided = session.get(DepartureDecision, found.id)
    return decided.decided_by if decided else None


def leaves_room(session: Session, key: str, at: datetime) -> bool:
    """Whether the law of today lets a second person approve a departure from a rule."""
    today = local_day(at)
    return any(key in row.codes for row in rules_in_use(session, ROOM) if row.serves(today))


def _rule(session: Session, key: str, today: date) -> Rule:
    rules = [row for row in rules_in_use(session, key, ROOM) if row.serves(today)]
    own = [row for row in rules if row.key == key]
    if not own or not any(key in row.codes for row in rules if row.key == ROOM):
        raise NoRoom(
            _("The rule %(rule)s leaves no room to depart from it."),
            field="rule_key",
            article=(own[0].basis if own else basis_on(session, ROOM, today))["article"],
            rule=key,
        )
    return own[0]


def _subject(session: Session, actor: Actor, kind: str, ref: str) -> DeadlineSubject:
    """The lot or the asset; read by its table, for lots belong to a room above."""
    table = _SUBJECTS.get(kind)
    row = None
    if table is not None:
        found = text(_FIND.format(table=table))
        row = session.execute(found, {"ref": ref}).one_or_none()
    if row is None or not actor.sees(row.office_id):
        raise NotFound(_("There is no %(ref)s."), field="subject_ref", ref=ref)
    ids = {"lot_id": row.id} if kind == "lot" else {"asset_id": row.id}
    return DeadlineSubject(kind, ref, row.office_id, **ids)


def _about(asked: Departure) -> audit.Subject:
    return audit.Subject(asked.subject_kind, asked.id, asked.subject_ref, asked.office_id)

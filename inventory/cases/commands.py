"""Opening cases."""

from datetime import date, datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseExists, CaseKind, CaseNotified, NotifiedAlready
from inventory.cases.schemas import CaseNotice, NewCase
from inventory.organisation.models import Staff


def open_case(session: Session, actor: Actor, new: NewCase, *, at: datetime) -> EnforcementCase:
    """Open a case of the actor's office on an enforcement decision (L25 Art. 3(8)).

    Raises CaseExists, NotFound (officer), Invalid.
    """
    actor.require("cases.open")
    if new.kind is CaseKind.IMPORTED:
        raise Invalid(_("Only an import makes such cases."), field="kind")
    not_ahead(new.decision_on, at, field="decision_on")
    if new.notified_on is not None:
        not_ahead(new.notified_on, at, field="notified_on")
        _refuse_before(new.decision_on, new.notified_on)
    if new.officer_id is not None and session.get(Staff, new.officer_id) is None:
        raise NotFound(_("There is no such member of staff."), field="officer_id")
    case = EnforcementCase(
        **msgspec.structs.asdict(new),
        office_id=actor.office_id,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    exists = CaseExists(
        _("The office has a case %(number)s already."),
        field="decision_number",
        number=new.decision_number,
    )
    with refused_by(session, "uq_enforcement_case_office_id_decision_number", exists):
        session.add(case)
    subject = audit.Subject("case", case.id, case.decision_number, case.office_id)
    audit.record(session, actor, Act.CASE_OPENED, subject, {"kind": case.kind}, at=at)
    if case.notified_on is not None:
        _tell(session, actor, case, case.notified_on, at=at)
    return case


def record_notice(
    session: Session, actor: Actor, case_id: int, new: CaseNotice, *, at: datetime
) -> EnforcementCase:
    """Record on which day the debtor was told of the decision: his time to pay begins with it.

    L25 Art. 36(1); L08 Art. 45(1). Raises NotFound, NotifiedAlready, Invalid.
    """
    actor.require("cases.open")
    not_ahead(new.notified_on, at, field="notified_on")
    case = session.scalar(
        select(EnforcementCase)
        .where(EnforcementCase.id == case_id, in_sight(EnforcementCase.office_id, actor))
        .with_for_update()
    )
    if case is None:
        raise NotFound(_("There is no such case."))
    if case.notified_on is not None:
        raise NotifiedAlready(
            _("The debtor was told on %(day)s."), field="notified_on", day=case.notified_on
        )
    _refuse_before(case.decision_on, new.notified_on)
    case.notified_on = new.notified_on
    session.flush()
    subject = audit.Subject("case", case.id, case.decision_number, case.office_id)
    data = {"on": new.notified_on.isoformat()}
    audit.record(session, actor, Act.CASE_NOTIFIED, subject, data, at=at)
    _tell(session, actor, case, new.notified_on, at=at)
    return case


def _refuse_before(decided_on: date | None, on: date) -> None:
    if decided_on is not None and on < decided_on:
        raise Invalid(_("The notice lies before the decision."), field="notified_on")


def _tell(session: Session, actor: Actor, case: EnforcementCase, on: date, *, at: datetime) -> None:
    number, office_id = case.decision_number, case.office_id
    told = CaseNotified(actor=actor, case_number=number, office_id=office_id, on=on, at=at)
    publish(session, told)


def mark_held(session: Session, case_id: int) -> None:
    """Note that a case is put on hold, as part of that act of a room above.

    Whoever seizes for the case at the same time comes before it or waits for it.
    """
    wanted = select(EnforcementCase).where(EnforcementCase.id == case_id)
    case = session.scalars(wanted.with_for_update()).one()
    case.ever_held = True
    session.flush()

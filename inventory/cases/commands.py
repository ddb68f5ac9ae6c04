"""Opening cases."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseExists, CaseKind
from inventory.cases.schemas import NewCase
from inventory.organisation.models import Staff


def open_case(session: Session, actor: Actor, new: NewCase, *, at: datetime) -> EnforcementCase:
    """Open a case of the actor's office on an enforcement decision (L25 Art. 3(8)).

    Raises CaseExists, NotFound (officer), Invalid.
    """
    actor.require("cases.open")
    if new.kind is CaseKind.IMPORTED:
        raise Invalid(_("Only an import makes such cases."), field="kind")
    not_ahead(new.decision_on, at, field="decision_on")
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
    return case


def mark_held(session: Session, case_id: int) -> None:
    """Note that a case is put on hold, as part of that act of a room above.

    Whoever seizes for the case at the same time comes before it or waits for it.
    """
    wanted = select(EnforcementCase).where(EnforcementCase.id == case_id)
    case = session.scalars(wanted.with_for_update()).one()
    case.ever_held = True
    session.flush()

"""Holding assets as evidence or for the time being, and ending that."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered, register
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Conflict, Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.cases.queries import get_open_case
from inventory.evidence.models import EvidenceHold
from inventory.evidence.rules import SealInUse
from inventory.evidence.schemas import HoldEnd, NewEvidence, NewHold

_SEAL = "uq_evidence_hold_seal"


def register_evidence(
    session: Session, actor: Actor, new: NewEvidence, *, at: datetime
) -> Registered:
    """Register an asset that is received as evidence, or held for the time being.

    Receiving compares with the first minutes, the seal included (D152/26 Art. 37(2)).
    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, SealInUse, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(new.received_on, at, field="received_on")
    said = {
        "kind": new.hold.value,
        "agency": new.agency,
        "first_minutes": new.first_minutes,
        "received_on": new.received_on,
        "seal_number": new.seal_number,
    }
    with refused_by(session, _SEAL, _seal_in_use(new)):
        return register(
            session, actor, new.asset(), EvidenceHold, said, case_number=new.case_number, at=at
        )


def hold_asset_as_evidence(
    session: Session, actor: Actor, reference: str, new: NewHold, *, at: datetime
) -> EvidenceHold:
    """Hold an asset that is here already as evidence too; its other grounds stay.

    Raises NotFound, CaseIsClosed, SealInUse, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(new.received_on, at, field="received_on")
    asset = lock_asset(session, actor, reference)
    case = None
    if new.case_number is not None:
        case = get_open_case(session, asset.office_id, new.case_number, at=at)
    hold = EvidenceHold(
        kind=new.hold,
        asset_id=asset.id,
        office_id=asset.office_id,
        case_id=case.id if case else None,
        agency=new.agency,
        first_minutes=new.first_minutes,
        received_on=new.received_on,
        seal_number=new.seal_number,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    with refused_by(session, _SEAL, _seal_in_use(new)):
        session.add(hold)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"kind": new.hold, "agency": new.agency, "seal": new.seal_number}
    audit.record(session, actor, Act.ASSET_HELD, subject, data, at=at)
    return hold


def end_hold(
    session: Session, actor: Actor, reference: str, end: HoldEnd, *, at: datetime
) -> EvidenceHold:
    """End a hold by decision; the seal's number is free again, other grounds stay.

    Raises NotFound, Conflict, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(end.ended_on, at, field="ended_on")
    asset = lock_asset(session, actor, reference)
    hold = session.scalar(
        select(EvidenceHold).where(
            EvidenceHold.asset_id == asset.id, EvidenceHold.id == end.hold_id
        )
    )
    if hold is None:
        raise NotFound(_("The asset is not held on that ground."), field="hold_id")
    if hold.ended_on is not None:
        raise Conflict(_("That ground has ended already."), field="hold_id")
    if end.ended_on < hold.received_on:
        raise Invalid(_("The end lies before the receipt."), field="ended_on")
    hold.ended_on = end.ended_on
    hold.end_decision = end.end_decision
    session.flush()
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"hold": hold.id, "decision": end.end_decision}
    audit.record(session, actor, Act.HOLD_ENDED, subject, data, at=at)
    return hold


def _seal_in_use(new: NewHold) -> SealInUse:
    return SealInUse(
        _("Something is held under the seal %(seal)s already."),
        field="seal_number",
        seal=new.seal_number or "",
    )

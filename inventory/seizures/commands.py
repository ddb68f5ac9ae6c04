"""Seizing assets, again or for the first time, and releasing them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered, register, register_many
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import get_open_case
from inventory.seizures.models import Seizure
from inventory.seizures.rules import AlreadySeizedForCase, SeizureReleased
from inventory.seizures.schemas import NewSeizedAsset, NewSeizure, SeizedIntake, SeizureRelease


def register_seized_asset(
    session: Session, actor: Actor, new: NewSeizedAsset, *, at: datetime
) -> Registered:
    """Register an asset that a decision seizes for a case (L25 Art. 78(1)).

    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, Invalid.
    """
    actor.require("assets.register")
    not_ahead(new.decision_on, at, field="decision_on")
    said = {
        "decision_number": new.decision_number,
        "decision_on": new.decision_on,
        "minutes": new.minutes,
    }
    return register(session, actor, new.asset(), Seizure, said, case_number=new.case_number, at=at)


def take_in_seized(
    session: Session, actor: Actor, new: SeizedIntake, *, at: datetime
) -> list[Registered]:
    """Register and take in the things of one order together: all of them, or none.

    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, Invalid, and what the gate raises.
    """
    actor.require("assets.register")
    not_ahead(new.decision_on, at, field="decision_on")
    said = {
        "decision_number": new.decision_number,
        "decision_on": new.decision_on,
        "minutes": new.minutes,
    }
    return register_many(
        session, actor, new.assets(), Seizure, said, case_number=new.case_number, at=at
    )


def seize_again(
    session: Session, actor: Actor, reference: str, new: NewSeizure, *, at: datetime
) -> Seizure:
    """Hold an asset that is here already on one more seizure decision.

    Raises NotFound, CaseIsClosed, AlreadySeizedForCase, Invalid.
    """
    actor.require("seizures.record")
    not_ahead(new.decision_on, at, field="decision_on")
    asset = lock_asset(session, actor, reference)
    case = get_open_case(session, asset.office_id, new.case_number, at=at)
    seizure = Seizure(
        asset_id=asset.id,
        office_id=asset.office_id,
        case_id=case.id,
        decision_number=new.decision_number,
        decision_on=new.decision_on,
        minutes=new.minutes,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    twice = AlreadySeizedForCase(
        _("The asset is under seizure for that case already."), field="case_number"
    )
    with refused_by(session, "uq_seizure_open", twice):
        session.add(seizure)
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"case": new.case_number, "decision": new.decision_number}
    audit.record(session, actor, Act.ASSET_SEIZED, subject, data, at=at)
    return seizure


def release_seizure(
    session: Session, actor: Actor, reference: str, new: SeizureRelease, *, at: datetime
) -> Seizure:
    """End a seizure by decision; other grounds of the asset stay (L25 Art. 95).

    Raises NotFound, Invalid.
    """
    actor.require("seizures.record")
    not_ahead(new.released_on, at, field="released_on")
    asset = lock_asset(session, actor, reference)
    seizure = session.scalar(
        select(Seizure)
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(
            Seizure.asset_id == asset.id,
            Seizure.released_on.is_(None),
            EnforcementCase.decision_number == new.case_number,
        )
    )
    if seizure is None:
        raise NotFound(_("The asset is not under seizure for that case."), field="case_number")
    if new.released_on < seizure.decision_on:
        raise Invalid(_("The release lies before the seizure."), field="released_on")
    seizure.released_on = new.released_on
    seizure.release_decision = new.release_decision
    session.flush()
    others = select(Seizure.id).where(Seizure.asset_id == asset.id, Seizure.released_on.is_(None))
    last = session.scalar(others.limit(1)) is None
    publish(
        session,
        SeizureReleased(actor, asset.id, new.released_on, new.release_decision, last, at),
    )
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"case": new.case_number, "decision": new.release_decision}
    audit.record(session, actor, Act.SEIZURE_RELEASED, subject, data, at=at)
    return seizure

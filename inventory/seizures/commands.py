"""Seizing assets, again or for the first time, and releasing them."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered, register
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseIsClosed
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import NewSeizedAsset, NewSeizure, SeizureRelease


def register_seized_asset(
    session: Session, actor: Actor, new: NewSeizedAsset, *, at: datetime
) -> Registered:
    """Register an asset that a decision seizes for a case (L25 Art. 78(1)).

    Raises NotFound (case, place), CaseIsClosed, PlaceIsClosed, Invalid.
    """
    actor.require("assets.register")
    _not_ahead(new.decision_on, at)
    said = {
        "decision_number": new.decision_number,
        "decision_on": new.decision_on,
        "minutes": new.minutes,
    }
    return register(session, actor, new.asset(), Seizure, said, case_number=new.case_number, at=at)


def seize_again(
    session: Session, actor: Actor, reference: str, new: NewSeizure, *, at: datetime
) -> Seizure:
    """Hold an asset that is here already on one more seizure decision.

    Raises NotFound, CaseIsClosed, AlreadySeizedForCase, Invalid.
    """
    actor.require("seizures.record")
    asset = _lock_asset(session, reference)
    case = session.scalar(
        select(EnforcementCase).where(
            EnforcementCase.office_id == asset.office_id,
            EnforcementCase.decision_number == new.case_number,
        )
    )
    if case is None:
        raise NotFound(
            _("There is no case %(number)s."), field="case_number", number=new.case_number
        )
    if case.closed_on is not None and case.closed_on <= local_day(at):
        raise CaseIsClosed(_("The case is closed."), field="case_number")
    _not_ahead(new.decision_on, at)
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
    session.add(seizure)
    session.flush()
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"case": new.case_number, "decision": new.decision_number}
    audit.record(session, actor, "seizures.asset.seized", subject, data, at=at)
    return seizure


def release_seizure(
    session: Session,
    actor: Actor,
    reference: str,
    case_number: str,
    new: SeizureRelease,
    *,
    at: datetime,
) -> Seizure:
    """End a seizure by decision; other grounds of the asset stay (L25 Art. 95).

    Raises NotFound, Invalid.
    """
    actor.require("seizures.record")
    asset = _lock_asset(session, reference)
    seizure = session.scalar(
        select(Seizure)
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(
            Seizure.asset_id == asset.id,
            Seizure.released_on.is_(None),
            EnforcementCase.decision_number == case_number,
        )
    )
    if seizure is None:
        raise NotFound(_("The asset is not under seizure for that case."), field="case_number")
    _not_ahead(new.released_on, at, field="released_on")
    if new.released_on < seizure.decision_on:
        raise Invalid(_("The release lies before the seizure."), field="released_on")
    seizure.released_on = new.released_on
    seizure.release_decision = new.release_decision
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    data = {"case": case_number, "decision": new.release_decision}
    audit.record(session, actor, "seizures.asset.released", subject, data, at=at)
    return seizure


def _lock_asset(session: Session, reference: str) -> Asset:
    asset = session.scalar(select(Asset).where(Asset.reference == reference).with_for_update())
    if asset is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return asset


def _not_ahead(day: date, at: datetime, *, field: str = "decision_on") -> None:
    if day > local_day(at):
        raise Invalid(_("The day lies in the future."), field=field)

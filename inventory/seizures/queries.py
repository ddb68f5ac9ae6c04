"""Reading seizures."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import SeizureOut

_SHOWN: tuple[InstrumentedAttribute[Any], ...] = (
    Seizure.id,
    Seizure.case_id,
    EnforcementCase.decision_number,
    Seizure.decision_number,
    Seizure.decision_on,
    Seizure.minutes,
    Seizure.released_on,
    Seizure.release_decision,
)


def visible_seizures(actor: Actor) -> Select[Seizure]:
    """Seizures of assets in the actor's sight."""
    return (
        select(Seizure)
        .join(Asset, Asset.id == Seizure.asset_id)
        .where(in_sight(Asset.office_id, actor))
    )


def list_seizures(session: Session, actor: Actor, reference: str) -> list[SeizureOut]:
    """The seizures of an asset, the first one first; another office's case has no number here."""
    s = Seizure
    rows = session.execute(
        visible_seizures(actor)
        .with_only_columns(*_SHOWN)
        .outerjoin(EnforcementCase, EnforcementCase.id == s.case_id)
        .where(Asset.reference == reference)
        .order_by(s.decision_on, s.id)
    )
    return [SeizureOut(*row) for row in rows]

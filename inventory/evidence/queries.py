"""Reading holds of evidence."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.evidence.models import EvidenceHold
from inventory.evidence.rules import HoldKind
from inventory.evidence.schemas import HoldOut


def visible_holds(actor: Actor) -> Select[EvidenceHold]:
    """Holds of assets in the actor's sight."""
    return (
        select(EvidenceHold)
        .join(Asset, Asset.id == EvidenceHold.asset_id)
        .where(in_sight(Asset.office_id, actor))
    )


def list_holds(session: Session, actor: Actor, reference: str) -> list[HoldOut]:
    """The holds of an asset, the first one first."""
    h = EvidenceHold
    rows = session.execute(
        visible_holds(actor)
        .with_only_columns(
            h.id,
            h.kind,
            h.agency,
            h.received_on,
            h.first_minutes,
            h.seal_number,
            EnforcementCase.decision_number,
            h.ended_on,
            h.end_decision,
        )
        .outerjoin(EnforcementCase, EnforcementCase.id == h.case_id)
        .where(Asset.reference == reference)
        .order_by(h.received_on, h.id)
    )
    return [HoldOut(row[0], HoldKind(row[1]), *row[2:]) for row in rows]

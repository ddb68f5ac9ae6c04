"""Reading holds of evidence."""

from typing import Any

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.evidence.models import EvidenceHold
from inventory.evidence.rules import Comparison, HoldKind
from inventory.evidence.schemas import HoldOut

_SHOWN: tuple[InstrumentedAttribute[Any], ...] = (
    EvidenceHold.id,
    EvidenceHold.kind,
    EvidenceHold.agency,
    EvidenceHold.received_on,
    EvidenceHold.first_minutes,
    EvidenceHold.comparison,
    EvidenceHold.difference,
    EvidenceHold.letter,
    EvidenceHold.answer_number,
    EvidenceHold.answered_on,
    EvidenceHold.answer,
    EvidenceHold.keeping_article,
    EnforcementCase.decision_number,
    EvidenceHold.ended_on,
    EvidenceHold.end_decision,
)


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
        .with_only_columns(*_SHOWN)
        .outerjoin(EnforcementCase, EnforcementCase.id == h.case_id)
        .where(Asset.reference == reference)
        .order_by(h.received_on, h.id)
    )
    return [_out(row) for row in rows]


def _out(row: Row[*tuple[Any, ...]]) -> HoldOut:
    found = HoldOut(*row)
    compared = Comparison(found.comparison) if found.comparison else None
    return msgspec.structs.replace(found, kind=HoldKind(found.kind), comparison=compared)

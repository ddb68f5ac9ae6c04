"""Reading holds of evidence."""

from collections.abc import Mapping
from datetime import date
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


class HeldOn(msgspec.Struct, frozen=True):
    """Since when, and by which minutes, a thing is held as evidence or for the time being."""

    on: date
    document: str | None


def held_on_days(session: Session, days: Mapping[int, date]) -> dict[int, HeldOn]:
    """The first hold, still open, of each asset that was held on a day; the caller sees them."""
    if not days:
        return {}
    h = EvidenceHold
    rows = session.execute(
        select(h.asset_id, h.received_on, h.first_minutes, h.ended_on)
        .where(h.asset_id.in_(days))
        .order_by(h.received_on.desc(), h.id.desc())
    )
    return {
        row.asset_id: HeldOn(row.received_on, row.first_minutes)
        for row in rows
        if row.received_on <= days[row.asset_id]
        and (row.ended_on is None or row.ended_on >= days[row.asset_id])
    }


def _out(row: Row[*tuple[Any, ...]]) -> HoldOut:
    found = HoldOut(*row)
    compared = Comparison(found.comparison) if found.comparison else None
    return msgspec.structs.replace(found, kind=HoldKind(found.kind), comparison=compared)

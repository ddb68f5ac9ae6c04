"""Reading verifications and measures."""

from typing import Any

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.measures.models import Measure
from inventory.measures.rules import PROVISIONAL, MeasureKind
from inventory.measures.schemas import MeasureOut
from inventory.papers.models import Paper, PaperSubject
from inventory.papers.rules import PaperKind

_SHOWN: tuple[InstrumentedAttribute[Any], ...] = (
    Measure.id,
    Measure.kind,
    Measure.case_id,
    EnforcementCase.decision_number,
    Measure.minutes,
    Measure.taken_at,
    Measure.decision_number,
    Measure.decided_at,
    Measure.decide_by,
    Measure.told,
    Measure.ended_on,
    Measure.end_decision,
)


def visible_measures(actor: Actor) -> Select[Measure]:
    """Measures on assets in the actor's sight."""
    return (
        select(Measure)
        .join(Asset, Asset.id == Measure.asset_id)
        .where(in_sight(Asset.office_id, actor))
    )


def list_measures(session: Session, actor: Actor, reference: str) -> list[MeasureOut]:
    """What was done with an asset before its seizure, the first act first."""
    rows = session.execute(
        visible_measures(actor)
        .with_only_columns(*_SHOWN)
        .outerjoin(EnforcementCase, EnforcementCase.id == Measure.case_id)
        .where(Asset.reference == reference)
        .order_by(Measure.taken_at, Measure.id)
    )
    return [_out(row) for row in rows]


def get_measure(session: Session, asset_id: int, measure_id: int) -> Measure:
    """A measure of an asset.

    Raises NotFound.
    """
    found = session.scalar(
        select(Measure).where(Measure.asset_id == asset_id, Measure.id == measure_id)
    )
    if found is None:
        raise NotFound(_("The asset is under no such measure."), field="measure_id")
    return found


def still_measured(session: Session, asset_id: int) -> bool:
    """Whether a provisional measure still keeps an asset."""
    kinds = [kind.value for kind in PROVISIONAL]
    open_one = select(Measure.id).where(
        Measure.asset_id == asset_id, Measure.ended_on.is_(None), Measure.kind.in_(kinds)
    )
    return session.scalar(open_one.limit(1)) is not None


def papers_of(session: Session, actor: Actor, reference: str) -> dict[str, str]:
    """The decisions on an asset's measures that were drawn up here: their reference by number."""
    p, about = Paper, PaperSubject
    rows = session.execute(
        select(p.number, p.reference)
        .join(about, about.paper_id == p.id)
        .where(
            about.kind == "asset",
            about.ref == reference,
            p.kind.in_([PaperKind.MEASURE_DECISION, PaperKind.MEASURE_END]),
            in_sight(p.office_id, actor),
        )
        .order_by(p.id)
    )
    return {row.number: row.reference for row in rows}


def _out(row: Row[*tuple[Any, ...]]) -> MeasureOut:
    found = MeasureOut(*row)
    return msgspec.structs.replace(found, kind=MeasureKind(found.kind))

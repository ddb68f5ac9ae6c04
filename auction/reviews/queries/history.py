"""The whole history of one asset: the same few statements however long it is."""

from typing import Any

import msgspec
from sqlalchemy import Row, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from auction.bidding.diagnoses import diagnoses_of
from auction.bidding.models import FailureRun
from auction.bidding.queries import asset_history
from auction.lots.models import Lot, LotAsset
from auction.reviews.models import Review
from auction.reviews.queries.reviews import flags_of, reviews_where
from auction.reviews.schemas import (
    AssetHistory,
    AssetIdentity,
    GroundOut,
    ValuationOut,
)
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.assets.rules import Ground
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.custody.models import Holding
from inventory.custody.queries import list_chain
from inventory.evidence.models import EvidenceHold
from inventory.organisation.models import Office
from inventory.seizures.models import Seizure
from inventory.warehouses.models import Place


def history_of(session: Session, actor: Actor, reference: str) -> AssetHistory:
    """All that is recorded of an asset.

    Raises NotFound, also for an asset of a foreign office.
    """
    asset = _identity(session, actor, reference)
    rounds = asset_history(session, [asset.id])
    found = diagnoses_of(session, [line.round.id for line in rounds])
    return AssetHistory(
        asset=asset,
        grounds=_grounds(session, asset.id),
        custody=list_chain(session, actor, reference),
        valuations=_valuations(session, asset.id),
        rounds=rounds,
        diagnoses=[found[line.round.id] for line in rounds if line.round.id in found],
        flags=flags_of(session, actor, asset.id),
        reviews=reviews_where(session, actor, Review.asset_id == asset.id),
    )


def _identity(session: Session, actor: Actor, reference: str) -> AssetIdentity:
    statement = (
        select(
            Asset.id,
            Asset.reference,
            Asset.office_id,
            Office.name.label("office"),
            Asset.kind,
            Asset.description,
            Asset.identification,
            Asset.quantity,
            Asset.unit,
            Asset.condition,
            Asset.owner_name,
            Asset.location,
            EnforcementCase.decision_number.label("case_number"),
            EnforcementCase.debtor_name.label("debtor"),
            EnforcementCase.creditor_name.label("creditor"),
            Place.name.label("place"),
            func.nullif(Holding.receiver, "").label("holder"),
            func.coalesce(FailureRun.held_rounds, 0).label("held_rounds"),
            func.coalesce(FailureRun.failed_in_a_row, 0).label("failed_in_a_row"),
        )
        .join(Office, Office.id == Asset.office_id)
        .outerjoin(EnforcementCase, EnforcementCase.id == Asset.case_id)
        .outerjoin(Holding, Holding.asset_id == Asset.id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .outerjoin(FailureRun, FailureRun.asset_id == Asset.id)
        .where(Asset.reference == reference, in_sight(Asset.office_id, actor))
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return msgspec.convert(_named(row), AssetIdentity)


def _grounds(session: Session, asset_id: int) -> list[GroundOut]:
    seizures = (
        select(
            literal(Ground.SEIZURE.value).label("kind"),
            EnforcementCase.decision_number.label("case"),
            Seizure.decision_number.label("document"),
            null().label("agency"),
            Seizure.decision_on.label("on"),
            Seizure.released_on.label("ended_on"),
            Seizure.release_decision.label("end_document"),
        )
        .outerjoin(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(Seizure.asset_id == asset_id)
    )
    holds = (
        select(
            EvidenceHold.kind,
            EnforcementCase.decision_number,
            EvidenceHold.first_minutes,
            EvidenceHold.agency,
            EvidenceHold.received_on,
            EvidenceHold.ended_on,
            EvidenceHold.end_decision,
        )
        .outerjoin(EnforcementCase, EnforcementCase.id == EvidenceHold.case_id)
        .where(EvidenceHold.asset_id == asset_id)
    )
    both = union_all(seizures, holds).subquery()
    rows = session.execute(select(both).order_by(both.c.on, both.c.document))
    return [msgspec.convert(_named(row), GroundOut) for row in rows]


def _valuations(session: Session, asset_id: int) -> list[ValuationOut]:
    v = Valuation
    lots = select(LotAsset.lot_id).where(LotAsset.asset_id == asset_id)
    statement = (
        select(
            Lot.reference.label("lot"),
            v.method,
            v.amount,
            v.currency,
            v.firm,
            v.certificate_number,
            v.valued_on,
            v.valid_until,
        )
        .outerjoin(Lot, Lot.id == v.lot_id)
        .where(or_(v.asset_id == asset_id, v.lot_id.in_(lots)))
        .order_by(v.valued_on, v.id)
    )
    return [msgspec.convert(_named(row), ValuationOut) for row in session.execute(statement)]


def _named(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

"""The whole history of one asset: the same few statements however long it is."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Row, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from auction.bidding.models import AssetRound, FailureRun, RoundOutcome
from auction.lots.models import AuctionRound, Breach, Lot, LotAsset, PriceReduction
from auction.reviews.models import Flag, Review
from auction.reviews.queries.reviews import flags_where, reviews_where
from auction.reviews.schemas import (
    AssetHistory,
    AssetIdentity,
    BreachOut,
    GroundOut,
    LinkOut,
    RoundOut,
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
from inventory.custody.models import CustodyEntry, Holding
from inventory.evidence.models import EvidenceHold
from inventory.organisation.models import Office
from inventory.seizures.models import Seizure
from inventory.warehouses.models import Place

HUNDREDTH = Decimal("0.01")


def history_of(session: Session, actor: Actor, reference: str) -> AssetHistory:
    """All that is recorded of an asset.

    Raises NotFound, also for an asset of a foreign office.
    """
    asset = _identity(session, actor, reference)
    return AssetHistory(
        asset=asset,
        grounds=_grounds(session, asset.id),
        custody=_custody(session, asset.id),
        valuations=_valuations(session, asset.id),
        rounds=_rounds(session, asset.id),
        flags=flags_where(session, actor, Flag.asset_id == asset.id),
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
    return AssetIdentity(**_named(row))


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
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
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
    return [GroundOut(**_named(row)) for row in rows]


def _custody(session: Session, asset_id: int) -> list[LinkOut]:
    source, target = aliased(Place), aliased(Place)
    e = CustodyEntry
    statement = (
        select(
            e.seq,
            e.kind,
            e.at,
            source.name.label("from_place"),
            target.name.label("to_place"),
            e.giver,
            e.receiver,
            e.reason,
            e.document,
            e.actor_name.label("actor"),
        )
        .outerjoin(source, source.id == e.from_place_id)
        .outerjoin(target, target.id == e.to_place_id)
        .where(e.asset_id == asset_id)
        .order_by(e.seq)
    )
    return [LinkOut(**_named(row)) for row in session.execute(statement)]


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
    return [ValuationOut(**_named(row)) for row in session.execute(statement)]


def _rounds(session: Session, asset_id: int) -> list[RoundOut]:
    """Rounds of every lot the asset was in, oldest first, and what each lot's price fell by."""
    r = AuctionRound
    together = select(func.count()).where(LotAsset.lot_id == Lot.id).correlate(Lot)
    mine = select(LotAsset.lot_id).where(LotAsset.asset_id == asset_id)
    rows = session.execute(
        select(
            r.id,
            r.lot_id,
            Lot.reference.label("lot"),
            together.scalar_subquery().label("lot_assets"),
            r.number,
            r.held_on,
            r.starting_price.label("price"),
            Lot.currency,
            r.organisation,
            RoundOutcome.code.label("outcome"),
            RoundOutcome.sale_price,
            AssetRound.result.label("held"),
            PriceReduction.decision_number.label("decision"),
            PriceReduction.article.label("decision_article"),
        )
        .join(Lot, Lot.id == r.lot_id)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == r.id)
        .outerjoin(AssetRound, (AssetRound.round_id == r.id) & (AssetRound.asset_id == asset_id))
        .outerjoin(PriceReduction, PriceReduction.round_id == r.id)
        .where(r.lot_id.in_(mine))
        .order_by(r.held_on.nulls_last(), r.lot_id, r.number)
    ).all()
    breaches = _breaches(session, asset_id)
    before: dict[int, Decimal] = {}
    rounds = []
    for row in rows:
        named = _named(row)
        round_id, lot_id = named.pop("id"), named.pop("lot_id")
        cut = _cut(before.get(lot_id), row.price)
        if row.price is not None:
            before[lot_id] = row.price
        rounds.append(RoundOut(**named, cut_percent=cut, breaches=breaches[round_id]))
    return rounds


def _breaches(session: Session, asset_id: int) -> dict[int, list[BreachOut]]:
    statement = (
        select(Breach.round_id, Breach.rule_key, Breach.article, Breach.confidence)
        .join(LotAsset, LotAsset.lot_id == Breach.lot_id)
        .where(LotAsset.asset_id == asset_id)
        .order_by(Breach.id)
    )
    found: dict[int, list[BreachOut]] = defaultdict(list)
    for round_id, key, article, confidence in session.execute(statement):
        found[round_id].append(BreachOut(rule_key=key, article=article, confidence=confidence))
    return found


def _cut(before: Decimal | None, price: Decimal | None) -> Decimal | None:
    """By how much per cent the price fell since the round before; not from a rise."""
    if not before or price is None or price > before:
        return None
    return (100 * (1 - price / before)).quantize(HUNDREDTH, ROUND_HALF_UP)


def _named(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

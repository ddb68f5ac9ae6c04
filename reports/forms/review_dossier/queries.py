"""What the record says of some assets, read part by part; the caller checked who may see them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    CompoundSelect,
    Row,
    ScalarSelect,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from auction.bidding.models import FailureRun
from auction.legal_rules.models import LegalParameter, LegalRule
from auction.lots.models import Lot, LotAsset
from auction.reviews.models import Finding, Flag, Review
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.assets.rules import Ground
from inventory.base.clock import local_day
from inventory.cases.models import EnforcementCase
from inventory.custody.models import CustodyEntry
from inventory.evidence.models import EvidenceHold
from inventory.organisation.models import Office, Staff
from inventory.seals.models import Seal
from inventory.seizures.models import Seizure
from inventory.warehouses.models import Place
from reports.forms.review_dossier.data import (
    AssetPart,
    CasePart,
    CustodyPart,
    FindingPart,
    FlagPart,
    GroundPart,
    ReviewPart,
    ValuationPart,
)

HASH_DIGITS = 12


def asset_parts(session: Session, ids: Sequence[int]) -> dict[int, AssetPart]:
    """The assets as registered, in the order asked for."""
    rows = session.execute(
        select(
            Asset.id,
            Asset.reference,
            Asset.kind,
            Asset.description,
            Asset.identification,
            Asset.quantity,
            Asset.unit,
            Asset.condition,
            Asset.owner_name.label("owner"),
            Asset.location,
            Asset.perishable_on,
            Asset.source,
            Asset.source_ref,
            Office.name.label("office"),
        )
        .join(Office, Office.id == Asset.office_id)
        .where(Asset.id.in_(ids))
    )
    found = {row.id: msgspec.convert(_named(row, "id"), AssetPart) for row in rows}
    return {i: found[i] for i in ids if i in found}


def ground_parts(session: Session, ids: Sequence[int]) -> tuple[GroundPart, ...]:
    """Seizures, evidence and temporary holdings, oldest first."""
    seizures = session.execute(
        select(Seizure, Asset.reference, EnforcementCase.decision_number)
        .join(Asset, Asset.id == Seizure.asset_id)
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(Seizure.asset_id.in_(ids))
    )
    holds = session.execute(
        select(EvidenceHold, Asset.reference, EnforcementCase.decision_number, _seals_of_hold())
        .join(Asset, Asset.id == EvidenceHold.asset_id)
        .outerjoin(EnforcementCase, EnforcementCase.id == EvidenceHold.case_id)
        .where(EvidenceHold.asset_id.in_(ids))
    )
    parts = [_of_seizure(*row) for row in seizures] + [_of_hold(*row) for row in holds]
    return tuple(sorted(parts, key=lambda part: (part.on, part.asset)))


def _of_seizure(seizure: Seizure, asset: str, case: str) -> GroundPart:
    return GroundPart(
        asset=asset,
        kind=Ground.SEIZURE,
        document=seizure.decision_number,
        on=seizure.decision_on,
        case=case,
        minutes=seizure.minutes,
        ended_on=seizure.released_on,
        end_document=seizure.release_decision,
    )


def _seals_of_hold() -> ScalarSelect[str]:
    """The numbers of the seals that the asset of a hold is under."""
    numbers = func.string_agg(Seal.number, aggregate_order_by(literal(", "), Seal.id))
    in_force = Seal.asset_id == EvidenceHold.asset_id, Seal.ended_at.is_(None)
    return select(numbers).where(*in_force).correlate(EvidenceHold).scalar_subquery()


def _of_hold(hold: EvidenceHold, asset: str, case: str | None, seals: str | None) -> GroundPart:
    return GroundPart(
        asset=asset,
        kind=hold.kind,
        document=hold.first_minutes,
        on=hold.received_on,
        case=case,
        agency=hold.agency,
        seal=seals,
        ended_on=hold.ended_on,
        end_document=hold.end_decision,
    )


def case_parts(session: Session, ids: Sequence[int]) -> tuple[CasePart, ...]:
    """Every case an asset was registered, seized, held or auctioned for."""
    cases: CompoundSelect[*tuple[Any, ...]] = union(
        select(Asset.case_id).where(Asset.id.in_(ids)),
        select(Seizure.case_id).where(Seizure.asset_id.in_(ids)),
        select(EvidenceHold.case_id).where(EvidenceHold.asset_id.in_(ids)),
        select(Lot.case_id).where(Lot.id.in_(_lots_of(ids))),
    )
    rows = session.execute(
        select(
            EnforcementCase.decision_number.label("number"),
            EnforcementCase.kind,
            EnforcementCase.decision_on.label("decided_on"),
            EnforcementCase.court,
            EnforcementCase.judgment,
            EnforcementCase.debtor_name.label("debtor"),
            EnforcementCase.creditor_name.label("creditor"),
            Staff.name.label("officer"),
            Office.name.label("office"),
            EnforcementCase.closed_on,
        )
        .join(Office, Office.id == EnforcementCase.office_id)
        .outerjoin(Staff, Staff.id == EnforcementCase.officer_id)
        .where(EnforcementCase.id.in_(cases))
        .order_by(EnforcementCase.decision_on.nulls_last(), EnforcementCase.id)
    )
    return tuple(msgspec.convert(_named(row), CasePart) for row in rows)


def custody_parts(session: Session, ids: Sequence[int]) -> tuple[CustodyPart, ...]:
    """The custody chains, entry by entry."""
    source, target = aliased(Place), aliased(Place)
    rows = session.execute(
        select(CustodyEntry, Asset.reference, source.name, target.name)
        .join(Asset, Asset.id == CustodyEntry.asset_id)
        .outerjoin(source, source.id == CustodyEntry.from_place_id)
        .outerjoin(target, target.id == CustodyEntry.to_place_id)
        .where(CustodyEntry.asset_id.in_(ids))
        .order_by(CustodyEntry.asset_id, CustodyEntry.seq)
    )
    return tuple(
        CustodyPart(
            asset=asset,
            seq=entry.seq,
            kind=entry.kind,
            at=entry.at,
            from_place=from_place,
            to_place=to_place,
            giver=entry.giver,
            receiver=entry.receiver,
            reason=entry.reason,
            document=entry.document,
            hash_prefix=entry.hash.hex()[:HASH_DIGITS],
        )
        for entry, asset, from_place, to_place in rows
    )


def valuation_parts(session: Session, ids: Sequence[int]) -> tuple[ValuationPart, ...]:
    """Valuations of the assets and of the lots they were in, oldest first."""
    rows = session.execute(
        select(
            Valuation.method,
            Valuation.amount,
            Valuation.currency,
            Valuation.firm,
            Valuation.certificate_number.label("certificate"),
            Valuation.valued_on,
            Valuation.valid_until,
        )
        .where(or_(Valuation.asset_id.in_(ids), Valuation.lot_id.in_(_lots_of(ids))))
        .order_by(Valuation.valued_on, Valuation.id)
    )
    return tuple(msgspec.convert(_named(row), ValuationPart) for row in rows)


def failed_in_a_row(session: Session, ids: Sequence[int]) -> int:
    """The longest present run of failed rounds among the assets."""
    runs = session.scalars(select(FailureRun.failed_in_a_row).where(FailureRun.asset_id.in_(ids)))
    return max(runs, default=0)


def rule_titles(session: Session) -> dict[str, str]:
    """What each legal parameter is called on paper; a hundred at most."""
    rows = session.execute(select(LegalParameter.key, LegalParameter.title_vi))
    return {row.key: row.title_vi for row in rows}


def flag_parts(session: Session, ids: Sequence[int]) -> tuple[FlagPart, ...]:
    """The flags raised on the assets, oldest first, with the rule each stood on."""
    rows = session.execute(
        select(Flag, Asset.reference, LegalRule.article, LegalRule.confidence)
        .join(Asset, Asset.id == Flag.asset_id)
        .outerjoin(LegalRule, LegalRule.id == Flag.rule_id)
        .where(Flag.asset_id.in_(ids))
        .order_by(Flag.id)
    )
    return tuple(
        FlagPart(
            asset=asset,
            rule=flag.rule_key,
            tier=flag.tier,
            as_of=flag.as_of,
            failed_in_a_row=flag.failed_in_a_row,
            closed_on=local_day(flag.closed_at) if flag.closed_at else None,
            closed_reason=flag.closed_reason,
            article=article,
            confidence=confidence,
        )
        for flag, asset, article, confidence in rows
    )


def review_parts(session: Session, ids: Sequence[int]) -> tuple[ReviewPart, ...]:
    """The reviews of the assets with their findings, oldest first."""
    reviews = session.scalars(
        select(Review).where(Review.asset_id.in_(ids)).order_by(Review.id)
    ).all()
    findings = session.scalars(
        select(Finding).where(Finding.review_id.in_([r.id for r in reviews])).order_by(Finding.id)
    )
    found: dict[int, list[FindingPart]] = defaultdict(list)
    for finding in findings:
        found[finding.review_id].append(
            FindingPart(
                code=finding.code,
                severity=finding.severity,
                article=finding.article,
                text=finding.text,
                person=finding.person,
            )
        )
    return tuple(_of_review(review, tuple(found[review.id])) for review in reviews)


def _of_review(review: Review, findings: tuple[FindingPart, ...]) -> ReviewPart:
    return ReviewPart(
        inspector=review.inspector_name,
        opened_at=review.opened_at,
        findings=findings,
        conclusion=review.conclusion,
        conclusion_text=review.conclusion_text,
        responsible=review.responsible,
        due_on=review.due_on,
        document=review.document_number,
        concluded_at=review.concluded_at,
    )


def _lots_of(ids: Sequence[int]) -> Any:
    return select(LotAsset.lot_id).where(LotAsset.asset_id.in_(ids))


def _named(row: Row[*tuple[Any, ...]], *without: str) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in without}  # noqa: SLF001 - SQLAlchemy's public name

"""Reviews with their findings and the flags they answer."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from auction.legal_rules.models import LegalRule
from auction.lots.models import Lot
from auction.reviews.models import Finding, Flag, Review
from auction.reviews.rules import Conclusion, FindingCode, ReviewState, Severity
from auction.reviews.schemas import Facts, FindingOut, FlagOut, ReviewOut, ReviewRow
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office, Staff


def visible_reviews(actor: Actor) -> Select[Review]:
    """Reviews of assets of the offices in the actor's sight."""
    return select(Review).where(in_sight(Review.office_id, actor))


def list_reviews(
    session: Session,
    actor: Actor,
    *,
    state: ReviewState | None = None,
    inspector_id: int | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ReviewRow]:
    """Reviews, the newest first; those of one inspector, in progress or concluded."""
    findings = (
        select(func.count()).where(Finding.review_id == Review.id).correlate(Review)
    ).scalar_subquery()
    statement = (
        visible_reviews(actor)
        .with_only_columns(
            Review.id,
            Asset.reference.label("asset"),
            Asset.description,
            Office.name.label("office"),
            Review.inspector_name.label("inspector"),
            Review.opened_at,
            findings.label("findings"),
            Review.conclusion,
            Review.due_on,
            Review.concluded_at,
        )
        .join(Asset, Asset.id == Review.asset_id)
        .join(Office, Office.id == Review.office_id)
        .where(*_wanted(state, inspector_id))
    )
    if after := decode_cursor(cursor, int):
        statement = statement.where(Review.id < after[0])
    found = session.execute(statement.order_by(Review.id.desc()).limit(size + 1))
    rows = [msgspec.convert(_named(row), ReviewRow) for row in found]
    return page_of(rows, size, key=lambda row: (row.id,))


def get_review(session: Session, actor: Actor, review_id: int) -> ReviewOut:
    """One review.

    Raises NotFound, also for a review of a foreign office.
    """
    found = reviews_where(session, actor, Review.id == review_id)
    if not found:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return found[0]


def reviews_where(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> list[ReviewOut]:
    """Some reviews, oldest first, in three statements however many they are."""
    statement = (
        visible_reviews(actor)
        .with_only_columns(Review, Asset.reference, Office.name)
        .join(Asset, Asset.id == Review.asset_id)
        .join(Office, Office.id == Review.office_id)
        .where(wanted)
        .order_by(Review.id)
    )
    rows = session.execute(statement).all()
    reviews = [review for review, _asset, _office in rows]
    findings = _findings_of(session, [review.id for review in reviews])
    flags = _answered_by(session, actor, reviews)
    return [_out(*row, findings[row[0].id], flags[row[0].id]) for row in rows]


def flags_where(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> list[FlagOut]:
    """Some flags, oldest first, each with the row of the rule it was raised by."""
    statement = (
        select(Flag, Lot.reference, LegalRule.article, LegalRule.confidence)
        .join(Lot, Lot.id == Flag.lot_id)
        .outerjoin(LegalRule, LegalRule.id == Flag.rule_id)
        .where(in_sight(Flag.office_id, actor), wanted)
        .order_by(Flag.id)
    )
    return [_flag(*row) for row in session.execute(statement)]


def _wanted(state: ReviewState | None, inspector_id: int | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if state is ReviewState.OPEN:
        wanted.append(Review.concluded_at.is_(None))
    elif state is ReviewState.CONCLUDED:
        wanted.append(Review.concluded_at.is_not(None))
    if inspector_id is not None:
        wanted.append(Review.inspector_id == inspector_id)
    return wanted


def _findings_of(session: Session, ids: Sequence[int]) -> dict[int, list[FindingOut]]:
    statement = (
        select(Finding, Staff.name)
        .outerjoin(Staff, Staff.id == Finding.recorded_by_id)
        .where(Finding.review_id.in_(ids))
        .order_by(Finding.id)
    )
    found: dict[int, list[FindingOut]] = defaultdict(list)
    for finding, name in session.execute(statement):
        found[finding.review_id].append(
            FindingOut(
                id=finding.id,
                code=FindingCode(finding.code),
                severity=Severity(finding.severity),
                article=finding.article,
                text=finding.text,
                person=finding.person,
                recorded_at=finding.recorded_at,
                recorded_by=name,
            )
        )
    return found


def _answered_by(
    session: Session, actor: Actor, reviews: Sequence[Review]
) -> dict[int, list[FlagOut]]:
    """The flags a concluded review answered, or those that an open one is to answer."""
    in_progress = {review.asset_id: review.id for review in reviews if not review.concluded_at}
    wanted = or_(
        Flag.review_id.in_([review.id for review in reviews]),
        and_(Flag.asset_id.in_(in_progress), Flag.closed_at.is_(None)),
    )
    found: dict[int, list[FlagOut]] = defaultdict(list)
    for flag in flags_where(session, actor, wanted) if reviews else []:
        review_id = flag.review_id or in_progress[flag.asset_id]
        found[review_id].append(flag)
    return found


def _out(
    review: Review, asset: str, office: str, findings: list[FindingOut], flags: list[FlagOut]
) -> ReviewOut:
    return ReviewOut(
        id=review.id,
        asset=asset,
        office=office,
        inspector_id=review.inspector_id,
        inspector=review.inspector_name,
        opened_at=review.opened_at,
        findings=findings,
        flags=flags,
        conclusion=Conclusion(review.conclusion) if review.conclusion else None,
        conclusion_text=review.conclusion_text,
        responsible=review.responsible,
        due_on=review.due_on,
        document_number=review.document_number,
        concluded_at=review.concluded_at,
        version=review.version,
    )


def _flag(flag: Flag, lot: str, article: str | None, confidence: str | None) -> FlagOut:
    return FlagOut(
        id=flag.id,
        asset_id=flag.asset_id,
        rule_key=flag.rule_key,
        article=article,
        confidence=confidence,
        tier=flag.tier,
        run_number=flag.run_number,
        failed_in_a_row=flag.failed_in_a_row,
        lot=lot,
        as_of=flag.as_of,
        raised_at=flag.raised_at,
        closed_at=flag.closed_at,
        closed_reason=flag.closed_reason,
        review_id=flag.review_id,
        facts=msgspec.convert(flag.facts, Facts),
    )


def _named(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

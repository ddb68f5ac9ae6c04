"""Reviews with their findings and the flags they answer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from auction.bidding.models import AssetRound
from auction.bidding.rules import Held
from auction.deadlines.rules import due_date
from auction.legal_rules.models import LegalRule
from auction.legal_rules.queries import calendar, rules_in_use
from auction.legal_rules.rules import Confidence, Rule
from auction.life.beside import Mark
from auction.reviews.models import Finding, Flag, Review
from auction.reviews.queries.facts import facts_of, with_facts
from auction.reviews.rules import (
    Conclusion,
    FindingCode,
    FlagClosing,
    ReviewState,
    Severity,
)
from auction.reviews.schemas import FindingOut, FlagOut, Limit, ReviewOut, ReviewRow
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office, Staff

CONCLUSION_DUE = "inspection_conclusion_due"


def visible_reviews(actor: Actor) -> Select[Review]:
    """Reviews of assets of the offices in the actor's sight."""
    return select(Review).where(in_sight(Review.office_id, actor))


def _with_asset(office_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Of an office in sight, or about an asset in sight, whichever office had it then."""
    return or_(in_sight(office_id, actor), in_sight(Asset.office_id, actor))


def list_reviews(
    session: Session,
    actor: Actor,
    on: date,
    *,
    state: ReviewState | None = None,
    inspector_id: int | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ReviewRow]:
    """Reviews, the newest first; those of one inspector, in a state on a day."""
    statement = (
        visible_reviews(actor)
        .with_only_columns(
            Review.id,
            Asset.reference.label("asset"),
            Asset.description,
            Office.name.label("office"),
            Review.inspector_name.label("inspector"),
            Review.opened_at,
            _findings(func.count()).label("findings"),
            _findings(func.max(Finding.recorded_at)).label("last_finding_at"),
            Review.conclusion,
            Review.due_on,
            Review.concluded_at,
        )
        .join(Asset, Asset.id == Review.asset_id)
        .join(Office, Office.id == Review.office_id)
        .where(*_wanted(session, on, state, inspector_id))
    )
    if after := decode_cursor(cursor, int):
        statement = statement.where(Review.id < after[0])
    found = session.execute(statement.order_by(Review.id.desc()).limit(size + 1))
    rows = [msgspec.convert(_named(row), ReviewRow) for row in found]
    return page_of(rows, size, key=lambda row: (row.id,))


def count_reviews(
    session: Session,
    actor: Actor,
    on: date,
    *,
    state: ReviewState,
    inspector_id: int | None = None,
) -> int:
    """How many reviews are in a state on a day."""
    counted = visible_reviews(actor).with_only_columns(func.count(), maintain_column_froms=True)
    counted = counted.join(Asset, Asset.id == Review.asset_id)  # as the list: not of one that left
    return session.execute(counted.where(*_wanted(session, on, state, inspector_id))).scalar_one()


def get_review(session: Session, actor: Actor, review_id: int) -> ReviewOut:
    """One review.

    Raises NotFound, also for a review of a foreign office.
    """
    found = reviews_where(session, actor, Review.id == review_id)
    if not found:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return found[0]


def asset_of(session: Session, actor: Actor, review_id: int) -> str:
    """The reference of the asset that a review is about.

    Raises NotFound, also for a review of a foreign office.
    """
    asset = (
        select(Asset.reference)
        .join(Review, Review.asset_id == Asset.id)
        .where(_with_asset(Review.office_id, actor), Review.id == review_id)
    )
    reference = session.scalar(asset)
    if reference is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return reference


def reviews_where(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> list[ReviewOut]:
    """Some reviews, oldest first, in three statements however many they are."""
    statement = (
        select(Review, Asset.reference, Office.name)
        .join(Asset, Asset.id == Review.asset_id)
        .join(Office, Office.id == Review.office_id)
        .where(_with_asset(Review.office_id, actor), wanted)
        .order_by(Review.id)
    )
    rows = session.execute(statement).all()
    reviews = [review for review, _asset, _office in rows]
    findings = _findings_of(session, [review.id for review in reviews])
    flags = _answered_by(session, actor, reviews)
    return [
        _out(review, (asset, office), findings[review.id], flags[review.id], session)
        for review, asset, office in rows
    ]


def flags_of(session: Session, actor: Actor, asset_id: int) -> list[FlagOut]:
    """All flags of an asset, oldest first."""
    return flags_where(session, actor, Flag.asset_id == asset_id)


def marks_of(session: Session, actor: Actor, asset_id: int) -> list[Mark] | None:
    """The open flags of an asset beside its way, the highest first; None for who may not see."""
    if not actor.may("reviews.read"):
        return None
    rows = session.execute(
        select(Flag.tier, Flag.failed_in_a_row, Flag.raised_at, Review.id)
        .outerjoin(Review, and_(Review.asset_id == Flag.asset_id, Review.concluded_at.is_(None)))
        .where(in_sight(Flag.office_id, actor), Flag.asset_id == asset_id, Flag.closed_at.is_(None))
        .order_by(Flag.tier.desc(), Flag.id.desc())
    )
    return [Mark(*row) for row in rows]


def flags_where(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> list[FlagOut]:
    """Some flags, oldest first, each with the row of the rule it was raised by."""
    statement = (
        select(Flag, LegalRule.article, LegalRule.confidence)
        .join(Asset, Asset.id == Flag.asset_id)
        .outerjoin(LegalRule, LegalRule.id == Flag.rule_id)
        .where(_with_asset(Flag.office_id, actor), wanted)
        .order_by(Flag.id)
    )
    return [_flag(row) for row in session.execute(with_facts(statement))]


def conclusion_due(session: Session, ended_on: date) -> Limit | None:
    """Until when an inspection that ended on a day is to be concluded; None before the rule."""
    limit = _limit(session, ended_on)
    if limit is None:
        return None
    due = due_date(ended_on, limit, calendar(session))
    return Limit(due.due_on, limit.article, limit.confidence)


def _limit(session: Session, on: date) -> Rule | None:
    rules = rules_in_use(session, CONCLUSION_DUE)
    return next((rule for rule in rules if rule.scope is None and rule.serves(on)), None)


def _late_since(session: Session, on: date) -> datetime | None:
    """Inspections that ended before this moment should be concluded by a day."""
    limit = _limit(session, on)
    if limit is None:
        return None
    days = calendar(session)
    ended_on = on - timedelta(days=int(limit.number))
    while due_date(ended_on, limit, days).due_on >= on:
        ended_on -= timedelta(days=1)
    return datetime.combine(ended_on + timedelta(days=1), time(), TZ)


def _findings(figure: ColumnElement[Any]) -> ScalarSelect[Any]:
    """A figure over the findings of a review; an inspection ends with the last of them."""
    return select(figure).where(Finding.review_id == Review.id).correlate(Review).scalar_subquery()


def _wanted(
    session: Session, on: date, state: ReviewState | None, inspector_id: int | None
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    match state:
        case ReviewState.OPEN:
            wanted = [Review.concluded_at.is_(None)]
        case ReviewState.LATE:
            ended_at = _findings(func.max(Finding.recorded_at))
            wanted = [Review.concluded_at.is_(None), ended_at < _late_since(session, on)]
        case ReviewState.CONCLUDED:
            wanted = [Review.concluded_at.is_not(None)]
        case ReviewState.UNDONE:
            wanted = [Review.due_on < on, *_nothing_since()]
    if inspector_id is not None:
        wanted.append(Review.inspector_id == inspector_id)
    return wanted


def _nothing_since() -> list[ColumnElement[bool]]:
    """Neither a later review nor a sale took the place of what the conclusion asked for."""
    later = aliased(Review)
    sale = select(AssetRound.seq).where(
        AssetRound.asset_id == Review.asset_id,
        AssetRound.result == Held.SOLD.value,
        AssetRound.held_on >= func.date(Review.concluded_at),
    )
    review = select(later.id).where(later.asset_id == Review.asset_id, later.id > Review.id)
    return [~review.exists(), ~sale.exists()]


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
    review: Review,
    names: tuple[str, str],
    findings: list[FindingOut],
    flags: list[FlagOut],
    session: Session,
) -> ReviewOut:
    ended = findings and review.concluded_at is None
    asset, office = names
    return ReviewOut(
        id=review.id,
        asset=asset,
        office=office,
        inspector_id=review.inspector_id,
        inspector=review.inspector_name,
        opened_at=review.opened_at,
        conclusion_due=conclusion_due(session, local_day(findings[-1].recorded_at))
        if ended
        else None,
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


def _flag(row: Row[*tuple[Any, ...]]) -> FlagOut:
    flag, article, confidence = row[:3]
    facts = facts_of(row, flag.failed_in_a_row)
    return FlagOut(
        id=flag.id,
        asset_id=flag.asset_id,
        rule_key=flag.rule_key,
        article=article,
        confidence=Confidence(confidence) if confidence else None,
        tier=flag.tier,
        run_number=flag.run_number,
        failed_in_a_row=flag.failed_in_a_row,
        lot=row.last_lot,
        as_of=flag.as_of,
        raised_at=flag.raised_at,
        closed_at=flag.closed_at,
        closed_reason=FlagClosing(flag.closed_reason) if flag.closed_reason else None,
        review_id=flag.review_id,
        facts=facts,
    )


def _named(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

"""The queue of flags, and lots by failed rounds in a row."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from auction.bidding.causes import Cause
from auction.bidding.diagnoses import was_found
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.words import word
from auction.reviews.models import Flag, Review
from auction.reviews.queries.facts import facts_of, with_facts
from auction.reviews.rules import FlagOrder
from auction.reviews.schemas import FlagRow, TierCount, TierName
from auction.reviews.sweeping import RULE
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office


def visible_flags(actor: Actor) -> Select[Flag]:
    """Flags of assets of the offices in the actor's sight."""
    return select(Flag).where(in_sight(Flag.office_id, actor))


def list_flags(
    session: Session,
    actor: Actor,
    *,
    order: FlagOrder = FlagOrder.NEWEST,
    tier: int | None = None,
    office_ids: Sequence[int] | None = None,
    cause: Cause | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[FlagRow]:
    """The assets that wait, each with its highest open flag; perhaps those where one cause of why
    nobody bought was found."""
    statement = _waiting(actor, tier, office_ids)
    if cause is not None:
        statement = statement.where(was_found(Flag.asset_id, cause))
    if order is FlagOrder.NEWEST:
        after = decode_cursor(cursor, int)
        statement = statement.order_by(Flag.id.desc())
        if after:
            statement = statement.where(Flag.id < after[0])
    else:
        after = decode_cursor(cursor, int, int)
        statement = statement.order_by(Flag.failed_in_a_row.desc(), Flag.id.desc())
        if after:
            statement = statement.where(tuple_(Flag.failed_in_a_row, Flag.id) < after)
    rows = [_row(row) for row in session.execute(statement.limit(size + 1))]
    return page_of(
        rows,
        size,
        key=lambda row: (row.id,) if order is FlagOrder.NEWEST else (row.failed_in_a_row, row.id),
    )


def get_flag(session: Session, actor: Actor, flag_id: int) -> FlagRow:
    """One open flag.

    Raises NotFound, also for a flag of a foreign office.
    """
    row = session.execute(_listed(actor).where(Flag.id == flag_id)).first()
    if row is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return _row(row)


def tiers_on(session: Session, on: date) -> list[TierName]:
    """The tiers in force on a day, lowest first, with what each calls for; none before the rule."""
    rules = [rule for rule in rules_in_use(session, RULE) if rule.serves(on)]
    named = [TierName(int(rule.number), word("scopes", rule.scope or "")) for rule in rules]
    return sorted(named, key=lambda tier: tier.tier)


def count_open(session: Session, actor: Actor) -> int:
    """How many flags wait for an answer."""
    counted = visible_flags(actor).with_only_columns(func.count(), maintain_column_froms=True)
    return session.execute(counted.where(Flag.closed_at.is_(None))).scalar_one()


def count_waiting(session: Session, actor: Actor) -> list[TierCount]:
    """How many assets wait at each tier, counted at their highest."""
    counted = (
        visible_flags(actor)
        .with_only_columns(Flag.tier, func.count())
        .where(Flag.closed_at.is_(None), _highest())
        .group_by(Flag.tier)
        .order_by(Flag.tier)
    )
    return [TierCount(tier, n) for tier, n in session.execute(counted)]


def _waiting(
    actor: Actor, tier: int | None, office_ids: Sequence[int] | None
) -> Select[*tuple[Any, ...]]:
    statement = _listed(actor).where(Flag.closed_at.is_(None), _highest())
    if tier is not None:
        statement = statement.where(Flag.tier == tier)
    if office_ids is not None:
        statement = statement.where(Flag.office_id.in_(office_ids))
    return statement


@cache
def _highest() -> ColumnElement[bool]:
    """No higher flag of the same asset is open."""
    higher = aliased(Flag)
    return ~exists(
        select(higher.id).where(
            higher.asset_id == Flag.asset_id,
            higher.closed_at.is_(None),
            tuple_(higher.tier, higher.id) > tuple_(Flag.tier, Flag.id),
        )
    )


def _listed(actor: Actor) -> Select[*tuple[Any, ...]]:
    return _with_all().where(in_sight(Flag.office_id, actor))


@cache
def _with_all() -> Select[*tuple[Any, ...]]:
    """Flags with what a list says of them, whoever reads it; made once."""
    open_review = and_(Review.asset_id == Flag.asset_id, Review.concluded_at.is_(None))
    statement = (
        select(
            Flag.id,
            Asset.reference.label("asset"),
            Asset.description,
            Asset.kind,
            Flag.office_id,
            Office.name.label("office"),
            Flag.tier,
            Flag.failed_in_a_row,
            Flag.as_of,
            Flag.raised_at,
            Review.id.label("review_id"),
            Review.inspector_name.label("inspector"),
        )
        .join(Asset, Asset.id == Flag.asset_id)
        .join(Office, Office.id == Flag.office_id)
        .outerjoin(Review, open_review)
    )
    return with_facts(statement)


def _row(row: Row[*tuple[Any, ...]]) -> FlagRow:
    named = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    return msgspec.convert(named | {"facts": facts_of(row, row.failed_in_a_row)}, FlagRow)

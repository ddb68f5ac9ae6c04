"""Owners, burdens and collateral of assets; the caller has found out that they are in sight."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.organisation.models import Staff
from inventory.titles.models import (
    AssetHome,
    AssetRegion,
    AssetTitle,
    Collateral,
    Encumbrance,
    OwnerShare,
)
from inventory.titles.rules import Burden, Region
from inventory.titles.schemas import (
    BurdenOut,
    CollateralOut,
    HomeOut,
    OwnerOut,
    TitleFile,
    TitleOut,
)


def title_file(session: Session, actor: Actor, reference: str, on: date) -> TitleFile:
    """Everything known of whose an asset is, in a fixed number of statements.

    Raises NotFound.
    """
    asset_id = session.scalar(
        visible_assets(actor).with_only_columns(Asset.id).where(Asset.reference == reference)
    )
    if asset_id is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return TitleFile(
        asset=reference,
        title=titles_of(session, [asset_id], on).get(asset_id),
        burdens=burdens_of(session, [asset_id]).get(asset_id, []),
        collateral=_collateral(session, [asset_id]).get(asset_id, []),
        region=regions_of(session, [asset_id], on).get(asset_id),
        home=homes_of(session, [asset_id], on).get(asset_id),
    )


def titles_of(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, TitleOut]:
    """The titles in force on a day, by asset."""
    t = AssetTitle
    heads = session.scalars(
        select(t)
        .where(t.asset_id.in_(asset_ids), t.from_on <= on)
        .ext(distinct_on(t.asset_id))
        .order_by(t.asset_id, t.from_on.desc())
    ).all()
    owners: defaultdict[int, list[OwnerOut]] = defaultdict(list)
    if heads:
        rows = session.execute(
            select(OwnerShare.title_id, *(getattr(OwnerShare, name) for name in _OWNER))
            .where(OwnerShare.title_id.in_([one.id for one in heads]))
            .order_by(OwnerShare.title_id, OwnerShare.position)
        ).mappings()
        for row in rows:
            owners[row["title_id"]].append(_as(row, OwnerOut))
    said = [name for name in TitleOut.__struct_fields__ if name != "owners"]
    return {
        one.asset_id: TitleOut(**{n: getattr(one, n) for n in said}, owners=owners[one.id])
        for one in heads
    }


def burdens_of(
    session: Session, asset_ids: Sequence[int], on: date | None = None
) -> dict[int, list[BurdenOut]]:
    """What burdens some assets; on a day only what burdens them then."""
    e = Encumbrance
    statement = (
        select(*(getattr(e, name) for name in BurdenOut.__struct_fields__))
        .where(e.asset_id.in_(asset_ids))
        .order_by(e.ended_on.is_not(None), e.since_on, e.id)
    )
    if on is not None:
        statement = statement.where(e.since_on <= on, or_(e.ended_on.is_(None), e.ended_on > on))
    found: defaultdict[int, list[BurdenOut]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        found[row["asset_id"]].append(_as(row, BurdenOut))
    return found


def collateral_of(
    session: Session, asset_ids: Sequence[int], on: date
) -> dict[int, list[CollateralOut]]:
    """The debts that some assets secure on a day."""
    return _collateral(session, asset_ids, on)


def secured_for_others(session: Session, asset_ids: Sequence[int], on: date) -> Decimal:
    """What assets secure for holders for whom they are not sold (D152/26 Art. 55(4)).

    A bank that is itself the creditor is not meant: its collateral goes on (L25 Art. 54(3)).
    """
    found = _collateral(session, asset_ids, on).values()
    others = (one.secured_amount for debts in found for one in debts if one.seized_for_other)
    return sum(others, Decimal(0))


def regions_of(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, Region]:
    """The regions of the minimum wage in which assets lie on a day."""
    r = AssetRegion
    rows = session.execute(
        select(r.asset_id, r.region)
        .where(r.asset_id.in_(asset_ids), r.from_on <= on)
        .ext(distinct_on(r.asset_id))
        .order_by(r.asset_id, r.from_on.desc(), r.id.desc())
    )
    return {asset_id: Region(region) for asset_id, region in rows}


def homes_of(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, HomeOut]:
    """Which assets are dwellings of the debtor, as said by a day; one statement."""
    names = [name for name in HomeOut.__struct_fields__ if name != "by"]
    rows = session.execute(
        select(*(getattr(AssetHome, name) for name in names), Staff.name.label("by"))
        .outerjoin(Staff, Staff.id == AssetHome.recorded_by_id)
        .where(AssetHome.asset_id.in_(asset_ids), AssetHome.from_on <= on)
        .ext(distinct_on(AssetHome.asset_id))
        .order_by(AssetHome.asset_id, AssetHome.from_on.desc(), AssetHome.id.desc())
    )
    return {row.asset_id: msgspec.convert(dict(row), HomeOut) for row in rows.mappings()}


def not_before(session: Session, asset_ids: Sequence[int], on: date) -> date | None:
    """The day before which crops or a production cycle forbid the act (L25 Art. 81(3))."""
    waits = (
        one.not_before_on
        for burdens in burdens_of(session, asset_ids, on).values()
        for one in burdens
        if one.kind in {Burden.CROPS, Burden.PRODUCTION_CYCLE} and one.not_before_on
    )
    return max(waits, default=None)


_OWNER = OwnerOut.__struct_fields__


def _collateral(
    session: Session, asset_ids: Sequence[int], on: date | None = None
) -> dict[int, list[CollateralOut]]:
    c = Collateral
    statement = (
        select(*(getattr(c, name) for name in CollateralOut.__struct_fields__))
        .where(c.asset_id.in_(asset_ids))
        .order_by(c.ended_on.is_not(None), c.id)
    )
    if on is not None:
        statement = statement.where(c.from_on <= on, or_(c.ended_on.is_(None), c.ended_on > on))
    found: defaultdict[int, list[CollateralOut]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        found[row["asset_id"]].append(_as(row, CollateralOut))
    return found


def _as(row: Any, shape: type[Any]) -> Any:
    return msgspec.convert({name: row[name] for name in shape.__struct_fields__}, shape)

"""Costs somebody may see, and their sums for the floor test and for the payout."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from auction.costs.models import CostItem, CostRepayment
from auction.costs.rules import (
    FLOOR_KEYS,
    Bearer,
    CostKind,
    CostSums,
    Sums,
    bearer_term,
    counted,
    floor_law,
    kind_term,
    shares_of_case,
    storage_cost,
    summed,
)
from auction.costs.schemas import AssetCosts, CostOut
from auction.legal_rules.queries import rules_in_use
from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office
from inventory.outside.models import CustodyContract


def visible_costs(actor: Actor) -> Select[CostItem]:
    """Costs of offices in the actor's sight, and of assets that are in sight now."""
    return (
        select(CostItem)
        .outerjoin(Asset, Asset.id == CostItem.asset_id)
        .where(or_(in_sight(CostItem.office_id, actor), in_sight(Asset.office_id, actor)))
    )


def costs_of(session: Session, asset_ids: Sequence[int], on: date) -> CostSums:
    """What some assets cost by a day, their parts of the costs of their cases among it.

    The caller has found out that the assets are in sight.
    """
    return summed(_parts(session, asset_ids, on).values(), _running(session, asset_ids, on))


def costs_by_asset(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, CostSums]:
    """The same of each asset by itself, in as many statements."""
    parts, running = _parts(session, asset_ids, on), _running_each(session, asset_ids, on)
    return {asset: summed([part], running.get(asset, Decimal(0))) for asset, part in parts.items()}


def costs_for_floor(session: Session, asset_ids: Sequence[int], on: date) -> Decimal:
    """What the reduced price is compared with, by the law of the day.

    The costs that the floor test of the day names; storage that runs counts to the day.
    """
    law = floor_law(rules_in_use(session, *FLOOR_KEYS), on)
    kinds, bearers = (rule.codes for rule in law)
    parts = _parts(session, asset_ids, on)
    entered = sum((counted(part, kinds, bearers) for part in parts.values()), Decimal(0))
    if kind_term(CostKind.STORAGE) not in kinds or bearer_term(Bearer.DEBTOR) not in bearers:
        return entered
    return entered + _running(session, asset_ids, on)


def monthly_storage(session: Session, asset_ids: Sequence[int], on: date) -> Decimal:
    """What keeping some assets costs a month under the contracts that run on a day."""
    c = CustodyContract
    running = select(func.sum(c.monthly_cost)).where(
        c.asset_id.in_(asset_ids),
        c.from_on <= on,
        or_(c.ended_on.is_(None), c.ended_on > on),
    )
    return session.scalar(running) or Decimal(0)


def asset_costs(
    session: Session, actor: Actor, reference: str, on: date, *, cursor: str | None = None
) -> AssetCosts:
    """The costs of one asset with their sums, in a fixed number of statements.

    Raises NotFound.
    """
    row = session.execute(
        visible_assets(actor)
        .with_only_columns(Asset.id, Asset.case_id)
        .where(Asset.reference == reference)
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    page = list_costs(session, actor, row.id, row.case_id, cursor=cursor)
    return AssetCosts(
        asset=reference,
        sums=costs_of(session, [row.id], on),
        for_floor=costs_for_floor(session, [row.id], on),
        items=page.items,
        next_cursor=page.next_cursor,
    )


def list_costs(
    session: Session,
    actor: Actor,
    asset_id: int,
    case_id: int | None,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CostOut]:
    """The entries of an asset and of its case, the newest first."""
    later, paid = aliased(CostItem), CostRepayment
    repaid = (
        select(func.coalesce(func.sum(paid.amount), 0))
        .where(paid.cost_id == CostItem.id)
        .scalar_subquery()
    )
    reversed_by = (
        select(later.id).where(later.reverses_id == CostItem.id).limit(1).scalar_subquery()
    )
    statement = (
        visible_costs(actor)
        .with_only_columns(
            *(getattr(CostItem, name) for name in _COLUMNS),
            CostItem.asset_id,
            repaid.label("repaid"),
            reversed_by.label("reversed_by"),
            Office.name.label("delegating_office"),
        )
        .outerjoin(Office, Office.id == CostItem.delegating_office_id)
        .where(_of(asset_id, case_id))
        .order_by(CostItem.id.desc())
        .limit(size + 1)
    )
    before = decode_cursor(cursor, int)
    if before:
        statement = statement.where(CostItem.id < before[0])
    rows = [_out(dict(row)) for row in session.execute(statement).mappings()]
    return page_of(rows, size, key=lambda row: (row.id,))


_COLUMNS = tuple(name for name in CostOut.__struct_fields__ if hasattr(CostItem, name))


def _of(asset_id: int, case_id: int | None) -> ColumnElement[bool]:
    of_asset = CostItem.asset_id == asset_id
    return of_asset if case_id is None else or_(of_asset, CostItem.case_id == case_id)


def _out(row: dict[str, object]) -> CostOut:
    said = {name: row[name] for name in (*_COLUMNS, "repaid", "reversed_by", "delegating_office")}
    advanced = row["advanced_by"]
    said |= {
        "kind": CostKind(str(row["kind"])),
        "bearer": Bearer(str(row["bearer"])),
        "advanced_by": Bearer(str(advanced)) if advanced else None,
        "whole_case": row["asset_id"] is None,
    }
    return CostOut(**said)  # type: ignore[arg-type]  # the columns are those of the struct


def _parts(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, Sums]:
    """What each asset cost by a day, by kind and bearer."""
    ids = sorted(set(asset_ids))
    parts: dict[int, Sums] = {asset: defaultdict(Decimal) for asset in ids}
    of_cases = select(Asset.case_id).where(Asset.id.in_(ids), Asset.case_id.is_not(None))
    rows = session.execute(
        select(
            CostItem.asset_id,
            CostItem.case_id,
            CostItem.kind,
            CostItem.bearer,
            func.sum(CostItem.amount),
        )
        .where(
            CostItem.spent_on <= on,
            or_(CostItem.asset_id.in_(ids), CostItem.case_id.in_(of_cases)),
        )
        .group_by(CostItem.asset_id, CostItem.case_id, CostItem.kind, CostItem.bearer)
    ).all()
    of_case = _assets_of(session, {row.case_id for row in rows if row.case_id is not None})
    for asset_id, case_id, kind, bearer, amount in rows:
        shares = {asset_id: amount} if asset_id else shares_of_case(amount, of_case[case_id or 0])
        for asset, share in shares.items():
            if asset in parts:
                parts[asset][CostKind(kind), Bearer(bearer)] += share
    return parts


def _assets_of(session: Session, cases: Iterable[int]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    wanted = list(cases)
    if wanted:
        statement = select(Asset.case_id, Asset.id).where(Asset.case_id.in_(wanted))
        for case_id, asset_id in session.execute(statement.order_by(Asset.id)):
            found[case_id or 0].append(asset_id)
    return found


def _running(session: Session, asset_ids: Sequence[int], on: date) -> Decimal:
    """Storage owed under contracts by a day, beyond what was entered."""
    return sum(_running_each(session, asset_ids, on).values(), Decimal(0))


def _running_each(session: Session, asset_ids: Sequence[int], on: date) -> dict[int, Decimal]:
    """The same of each asset that is kept under a contract."""
    c = CustodyContract
    owed: defaultdict[int, Decimal] = defaultdict(Decimal)
    contracts = session.execute(
        select(c.asset_id, c.monthly_cost, c.from_on, c.ended_on).where(
            c.asset_id.in_(asset_ids), c.monthly_cost > 0, c.from_on <= on
        )
    ).all()
    for asset_id, monthly, from_on, ended_on in contracts:
        owed[asset_id] += storage_cost(monthly, from_on, min(ended_on or on, on))
    if not owed:
        return {}
    entered = session.execute(
        select(CostItem.asset_id, func.sum(CostItem.amount))
        .where(
            and_(
                CostItem.asset_id.in_(list(owed)),
                CostItem.kind == CostKind.STORAGE.value,
                CostItem.spent_on <= on,
            )
        )
        .group_by(CostItem.asset_id)
    )
    paid = {row[0]: row[1] for row in entered}
    return {
        asset: max(sum_ - paid.get(asset, Decimal(0)), Decimal(0)) for asset, sum_ in owed.items()
    }

"""What an office spent on an asset it sells for another one, and what that one repaid to it.

Both offices see these rows, wherever the asset is (L25 Art. 50; D152/26 Art. 27).
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Date, Text, column, func, or_, select, table
from sqlalchemy.orm import Session, aliased

from auction.costs.models import CostItem, CostRepayment
from auction.costs.rules import (
    Act,
    Bearer,
    CostIncomplete,
    CostKind,
    CostReversed,
    RepaidTooMuch,
)
from auction.costs.schemas import CostOut, DelegatedCosts, NewRepayment
from auction.deadlines.commands import set_limits
from auction.deadlines.schemas import DeadlineSubject
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.scope import in_sight
from inventory.organisation.models import Office

DELEGATION = table(
    "disposal_delegation",
    column("id", BigInteger),
    column("asset_id", BigInteger),
    column("asset", Text),
    column("from_office_id", BigInteger),
    column("to_office_id", BigInteger),
    column("delegated_on", Date),
    column("ended_on", Date),
    column("article", Text),
)
"""Delegated sales belong to a room above."""
REMIT = "delegated_disposal_remit"
"""The limit that begins with the delivery of what is sold for another office."""
MOST_SHOWN = 500
_ONE_COST = 7_301_022


def delegating_office(session: Session, asset: Asset, on: date) -> int | None:
    """The office that an asset's office sells it for on a day."""
    d = DELEGATION.c
    return session.scalar(
        select(d.from_office_id)
        .where(
            d.asset_id == asset.id,
            d.to_office_id == asset.office_id,
            d.delegated_on <= on,
            or_(d.ended_on.is_(None), d.ended_on >= on),
        )
        .order_by(d.id.desc())
        .limit(1)
    )


def delegation_subject(asset: str, asset_id: int, to_office_id: int) -> DeadlineSubject:
    """A delegated sale as the deadlines know it: its limits are those of the office that sells."""
    return DeadlineSubject("delegation", asset, to_office_id, asset_id=asset_id)


def begin_remittance(
    session: Session, actor: Actor, office_id: int, assets: Sequence[str], on: date, *, at: datetime
) -> None:
    """With the delivery of what is sold for another office its proceeds are due there.

    D152/26 Art. 27(1)b. Part of the act that delivers; again changes nothing.
    """
    d = DELEGATION.c
    rows = session.execute(
        select(d.asset, d.asset_id).where(
            d.asset.in_(assets),
            d.to_office_id == office_id,
            d.delegated_on <= on,
            or_(d.ended_on.is_(None), d.ended_on >= on),
        )
    )
    for asset, asset_id in rows.all():
        subject = delegation_subject(asset, asset_id, office_id)
        set_limits(session, actor, (REMIT,), on, subject, at=at)


def repay_delegated(
    session: Session, actor: Actor, delegation_id: int, new: NewRepayment, *, at: datetime
) -> CostRepayment:
    """The delegating office repays what the other one spent (L25 Art. 50; D152/26 Art. 27).

    Raises NotFound, CostReversed, RepaidTooMuch, CostIncomplete, Invalid.
    """
    actor.require("costs.record")
    not_ahead(new.repaid_on, at, field="repaid_on")
    check_amount(new.amount, field="amount")
    if not new.amount:
        raise CostIncomplete(_("The amount must be more than nothing."), field="amount")
    asset, cost = _own_cost(session, actor, delegation_id, new.cost_id)
    if new.repaid_on < cost.spent_on:
        raise CostIncomplete(_("The repayment lies before the cost."), field="repaid_on")
    left = cost.amount - _repaid(session, cost.id)
    if new.amount > left:
        raise RepaidTooMuch(_("Of this cost %(left)s is left to repay."), field="amount", left=left)
    repaid = CostRepayment(
        cost_id=cost.id,
        asset_id=cost.asset_id,
        office_id=cost.office_id,
        by_office_id=cost.delegating_office_id,
        amount=new.amount,
        repaid_on=new.repaid_on,
        document=new.document,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(repaid)
    session.flush()
    subject = audit.Subject("asset", cost.asset_id or 0, asset, cost.delegating_office_id)
    data = {"cost": cost.id, "amount": str(new.amount), "to_office": cost.office_id}
    audit.record(session, actor, Act.DELEGATED_REPAID, subject, data, at=at)
    return repaid


def delegated_costs(session: Session, actor: Actor, delegation_id: int) -> DelegatedCosts:
    """What one office spent on an asset for another, and what was repaid, for both of them.

    Raises NotFound.
    """
    d, giver, taker = DELEGATION.c, aliased(Office), aliased(Office)
    found = session.execute(
        select(
            d.asset,
            d.article,
            d.asset_id,
            d.from_office_id,
            d.to_office_id,
            giver.name,
            taker.name.label("to"),
        )
        .join(giver, giver.id == d.from_office_id)
        .join(taker, taker.id == d.to_office_id)
        .where(
            d.id == delegation_id,
            or_(in_sight(d.from_office_id, actor), in_sight(d.to_office_id, actor)),
        )
    ).one_or_none()
    if found is None:
        raise NotFound(_("There is no such delegation."))
    items = _items(session, found.asset_id, found.from_office_id, found.to_office_id)
    return DelegatedCosts(
        delegation=delegation_id,
        asset=found.asset,
        article=found.article,
        from_office_id=found.from_office_id,
        from_office=found.name,
        to_office=found.to,
        total=sum((one.amount for one in items), Decimal(0)),
        repaid=sum((one.repaid for one in items), Decimal(0)),
        left=sum((one.owed_by_office for one in items), Decimal(0)),
        items=items,
    )


def _items(session: Session, asset_id: int, giver: int, taker: int) -> list[CostOut]:
    c, later = CostItem, aliased(CostItem)
    repaid = select(func.coalesce(func.sum(CostRepayment.amount), 0)).where(
        CostRepayment.cost_id == c.id
    )
    reversed_by = select(later.id).where(later.reverses_id == c.id).limit(1)
    rows = session.execute(
        select(c, repaid.scalar_subquery(), reversed_by.scalar_subquery())
        .where(c.asset_id == asset_id, c.delegating_office_id == giver, c.office_id == taker)
        .order_by(c.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        CostOut(
            id=cost.id,
            kind=CostKind(cost.kind),
            amount=cost.amount,
            bearer=Bearer(cost.bearer),
            advanced_by=None,
            spent_on=cost.spent_on,
            document=cost.document,
            note=cost.note,
            whole_case=False,
            reverses_id=cost.reverses_id,
            reversed_by=taken_back,
            repaid=sums,
            recorded_at=cost.recorded_at,
            delegating_office_id=cost.delegating_office_id,
        )
        for cost, sums, taken_back in rows
    ]


def _own_cost(
    session: Session, actor: Actor, delegation_id: int, cost_id: int
) -> tuple[str, CostItem]:
    """A cost that the actor's office owes for a delegation; repayments of it follow one another."""
    d, c = DELEGATION.c, CostItem
    session.execute(select(func.pg_advisory_xact_lock(_ONE_COST, cost_id % 2**31)))
    found = session.execute(
        select(d.asset, c)
        .join(c, c.asset_id == d.asset_id)
        .where(
            d.id == delegation_id,
            c.id == cost_id,
            c.delegating_office_id == d.from_office_id,
            c.office_id == d.to_office_id,
            in_sight(d.from_office_id, actor),
        )
    ).one_or_none()
    if found is None:
        raise NotFound(_("There is no such cost."), field="cost_id")
    asset, cost = found
    back = session.scalar(select(c.id).where(c.reverses_id == cost.id))
    if cost.reverses_id is not None or back is not None:
        raise CostReversed(_("That entry was reversed already."), field="cost_id")
    return asset, cost


def _repaid(session: Session, cost_id: int) -> Decimal:
    total = select(func.sum(CostRepayment.amount)).where(CostRepayment.cost_id == cost_id)
    return session.scalar(total) or Decimal(0)

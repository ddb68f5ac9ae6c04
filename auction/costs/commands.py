"""Entering costs, reversing an entry, repaying an advance."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from auction.costs.delegated import delegating_office
from auction.costs.models import CostItem, CostRepayment
from auction.costs.rules import (
    Act,
    Bearer,
    CostEnteredTwice,
    CostIncomplete,
    CostKind,
    CostReversed,
    NotAdvanced,
    RepaidTooMuch,
)
from auction.costs.schemas import NewCost, NewRepayment, NewReversal
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.cases.models import EnforcementCase
from inventory.disposals.queries import passed_to_receiver


def enter_cost(
    session: Session, actor: Actor, reference: str, new: NewCost, *, at: datetime
) -> CostItem:
    """Enter a cost of an asset or of its whole case (L25 Art. 53; D62 Art. 43).

    Raises NotFound, CostIncomplete, CostEnteredTwice, Invalid.
    """
    actor.require("costs.record")
    not_ahead(new.spent_on, at, field="spent_on")
    check_amount(new.amount, field="amount")
    if not new.amount:
        raise CostIncomplete(_("The amount must be more than nothing."), field="amount")
    asset = lock_asset(session, actor, reference)
    if new.whole_case and asset.case_id is None:
        raise CostIncomplete(_("The asset belongs to no case."), field="whole_case")
    _refuse_before_case(session, asset, new)
    _refuse_twice(session, asset, new)
    cost = CostItem(
        asset_id=None if new.whole_case else asset.id,
        case_id=asset.case_id if new.whole_case else None,
        office_id=asset.office_id,
        kind=new.kind.value,
        amount=new.amount,
        bearer=_bearer(session, asset, new).value,
        advanced_by=new.advanced_by.value if new.advanced_by else None,
        delegating_office_id=_owed_by(session, asset, new),
        spent_on=new.spent_on,
        document=new.document,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(cost)
    session.flush()
    data = {"cost": cost.id, "kind": cost.kind, "amount": str(new.amount), "bearer": cost.bearer}
    audit.record(session, actor, Act.COST_ENTERED, _subject(asset), data, at=at)
    return cost


def reverse_cost(
    session: Session, actor: Actor, reference: str, new: NewReversal, *, at: datetime
) -> CostItem:
    """Take an entry back by one of the opposite sign; nothing is edited or removed.

    Raises NotFound, CostReversed, CostIncomplete, Invalid.
    """
    actor.require("costs.record")
    not_ahead(new.reversed_on, at, field="reversed_on")
    asset = lock_asset(session, actor, reference)
    cost = _get(session, asset, new.cost_id)
    if cost.reverses_id is not None:
        raise CostReversed(_("A reversal is not reversed; enter the cost again."), field="cost_id")
    if new.reversed_on < cost.spent_on:
        raise CostIncomplete(_("The reversal lies before the cost."), field="reversed_on")
    if _repaid(session, cost):
        raise CostReversed(_("It was repaid already."), field="cost_id")
    opposite = CostItem(
        asset_id=cost.asset_id,
        case_id=cost.case_id,
        office_id=cost.office_id,
        kind=cost.kind,
        amount=-cost.amount,
        bearer=cost.bearer,
        advanced_by=cost.advanced_by,
        delegating_office_id=cost.delegating_office_id,
        spent_on=new.reversed_on,
        document=cost.document,
        note=new.why,
        reverses_id=cost.id,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    twice = CostReversed(_("That entry was reversed already."), field="cost_id")
    with refused_by(session, "uq_cost_item_reverses_id", twice):
        session.add(opposite)
    data = {"cost": cost.id, "amount": str(cost.amount), "why": new.why}
    audit.record(session, actor, Act.COST_REVERSED, _subject(asset), data, at=at)
    return opposite


def repay_advance(
    session: Session, actor: Actor, reference: str, new: NewRepayment, *, at: datetime
) -> CostRepayment:
    """Repay what somebody had advanced, in one or several parts (L25 Art. 53).

    Raises NotFound, NotAdvanced, RepaidTooMuch, CostReversed, CostIncomplete, Invalid.
    """
    actor.require("costs.record")
    not_ahead(new.repaid_on, at, field="repaid_on")
    check_amount(new.amount, field="amount")
    if not new.amount:
        raise CostIncomplete(_("The amount must be more than nothing."), field="amount")
    asset = lock_asset(session, actor, reference)
    cost = _get(session, asset, new.cost_id)
    if cost.advanced_by is None:
        raise NotAdvanced(_("Nobody advanced that cost."), field="cost_id")
    if cost.reverses_id is not None or _is_reversed(session, cost):
        raise CostReversed(_("That entry was reversed already."), field="cost_id")
    left = cost.amount - _repaid(session, cost)
    if new.amount > left:
        raise RepaidTooMuch(
            _("Of the advance %(left)s is left to repay."), field="amount", left=left
        )
    repaid = CostRepayment(
        cost_id=cost.id,
        asset_id=cost.asset_id,
        office_id=cost.office_id,
        amount=new.amount,
        repaid_on=new.repaid_on,
        document=new.document,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(repaid)
    session.flush()
    data = {"cost": cost.id, "amount": str(new.amount), "to": cost.advanced_by}
    audit.record(session, actor, Act.ADVANCE_REPAID, _subject(asset), data, at=at)
    return repaid


def _refuse_before_case(session: Session, asset: Asset, new: NewCost) -> None:
    """What is spent for a case is not spent before it; for one of its assets before its seizure."""
    case = session.get(EnforcementCase, asset.case_id) if asset.case_id is not None else None
    if case is not None and case.decision_on is not None and new.spent_on < case.decision_on:
        raise CostIncomplete(
            _("The day lies before the decision of the case, of %(day)s."),
            field="spent_on",
            day=case.decision_on,
        )


def _refuse_twice(session: Session, asset: Asset, new: NewCost) -> None:
    """One document shows a cost of an asset, or of its case, of one kind, sum and day once."""
    about = CostItem.asset_id == asset.id
    if new.whole_case and asset.case_id is not None:
        _lock_case(session, asset.case_id)
        about = CostItem.case_id == asset.case_id
    undone = aliased(CostItem)
    first = session.scalar(
        select(CostItem)
        .where(
            about,
            CostItem.kind == new.kind.value,
            CostItem.amount == new.amount,
            CostItem.spent_on == new.spent_on,
            func.lower(CostItem.document) == new.document.lower(),
            ~exists().where(undone.reverses_id == CostItem.id),
        )
        .order_by(CostItem.id)
        .limit(1)
    )
    if first is not None:
        raise CostEnteredTwice(
            _(
                "Entry %(first)s is this cost by the document %(document)s already. If it is"
                " another cost, name its own document; if that entry is wrong, reverse it first."
            ),
            field="document",
            first=first.id,
            document=first.document,
        )


def _bearer(session: Session, asset: Asset, new: NewCost) -> Bearer:
    """Who bears a cost: storing what a receiver does not collect is his from the fixed time on."""
    stored = new.kind is CostKind.STORAGE and new.bearer is Bearer.DEBTOR
    if stored and passed_to_receiver(session, asset.id, new.spent_on):
        return Bearer.THIRD
    return new.bearer


def _owed_by(session: Session, asset: Asset, new: NewCost) -> int | None:
    """Which office repays a cost: the one the asset is sold for, unless somebody advanced it."""
    if new.whole_case or new.advanced_by is not None:
        return None
    return delegating_office(session, asset, new.spent_on)


def _get(session: Session, asset: Asset, cost_id: int) -> CostItem:
    """An entry of the locked asset, or of its case, whose entries then follow one another too."""
    cost = session.get(CostItem, cost_id)
    of_it = cost is not None and (
        cost.asset_id == asset.id or (cost.case_id is not None and cost.case_id == asset.case_id)
    )
    if cost is None or not of_it:
        raise NotFound(_("There is no such cost."), field="cost_id")
    if cost.case_id is not None:
        _lock_case(session, cost.case_id)
    return cost


def _lock_case(session: Session, case_id: int) -> None:
    """Repayments of a cost of the case follow one another, whichever asset they come by."""
    session.execute(select(func.pg_advisory_xact_lock(_CASE_COSTS, case_id % 2**31)))


_CASE_COSTS = 7_301_021


def _repaid(session: Session, cost: CostItem) -> Decimal:
    total = select(func.sum(CostRepayment.amount)).where(CostRepayment.cost_id == cost.id)
    return session.scalar(total) or Decimal(0)


def _is_reversed(session: Session, cost: CostItem) -> bool:
    found = select(CostItem.id).where(CostItem.reverses_id == cost.id)
    return session.scalar(found) is not None


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)

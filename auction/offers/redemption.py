"""Until when and for how much the debtor may take an asset back, and what leaves with it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome
from auction.bidding.sessions import bidders_of
from auction.claims.queries import debts_of
from auction.costs.borne import costs_borne
from auction.costs.queries import costs_of
from auction.deadlines.queries import due_after
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.lots.models import AuctionRound
from auction.lots.queries import assets_of_lot, find_lot, last_round, open_lot_of
from auction.offers.queries import open_setoff
from auction.offers.schemas import ExpectedExpense, RedemptionDue
from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.seizures.queries import held_for
from inventory.titles.queries import collateral_of, titles_of
from inventory.titles.rules import OwnerRole

REDEEM = "redeem_before_opening"


class Until(NamedTuple):
    """The last day on which the debtor may pay, by which rule; no day while nothing is fixed."""

    day: date | None
    rule: Rule


class LeastSums(NamedTuple):
    """What he pays at the least: of the debt, of the costs."""

    debt: Decimal
    costs: Decimal


def last_day(session: Session, lot_id: int | None, last: AuctionRound | None, on: date) -> Until:
    """Until when he may pay: one working day before the opening (L25 Art. 83(4); L08 Art. 101(5)).

    While the creditor takes the lot, the debtor's own time (D152/26 Art. 65(6); L08 Art. 104(2)).
    """
    rule = rule_on(session, REDEEM, on)
    setoff = open_setoff(session, lot_id) if lot_id is not None else None
    if setoff is not None and setoff.debtor_by_on is not None:
        told_on = setoff.told_on or on
        return Until(setoff.debtor_by_on, rule_on(session, "setoff_debtor_redeem", told_on))
    if last is None or find_outcome(session, last.id) is not None:
        return Until(None, rule)
    opens_on = local_day(last.opens_at) if last.opens_at else last.held_on
    return Until(due_after(session, REDEEM, opens_on) if opens_on else None, rule)


def least_sums(session: Session, asset_ids: Sequence[int], on: date, *, alone: bool) -> LeastSums:
    """What the ledgers of claims and costs hold for some assets (L25 Art. 83(4)).

    The debts of every case for which they are seized; one asset alone of an owner who gave it as
    collateral answers for no more than it secures (L25 Art. 3(3)).
    """
    debt = sum(debts_of(session, cases_served(session, asset_ids, on), on).values(), Decimal(0))
    secured = secured_by(session, asset_ids[0], on) if alone else None
    return LeastSums(
        debt if secured is None else min(debt, secured),
        costs_borne(session, asset_ids, on).total
        + costs_of(session, asset_ids, on).storage_running,
    )


def cases_served(session: Session, asset_ids: Sequence[int], on: date) -> list[int]:
    """The cases of some assets, and every other for which one of them is under seizure."""
    assets = [session.get_one(Asset, asset_id) for asset_id in asset_ids]
    own = {asset.case_id for asset in assets if asset.case_id is not None}
    return sorted(own.union(held_for(session, asset_ids, on).cases))


def secured_by(session: Session, asset_id: int, on: date) -> Decimal | None:
    """What an asset secures that its owner gave for another's debt; None where he owes himself."""
    title = titles_of(session, [asset_id], on).get(asset_id)
    if title is None or OwnerRole.COLLATERAL_GIVER not in {one.role for one in title.owners}:
        return None
    debts = collateral_of(session, [asset_id], on).get(asset_id, [])
    return sum((one.secured_amount for one in debts), Decimal(0)) if debts else None


def may_leave_alone(session: Session, asset: Asset, others: Sequence[int], on: date) -> bool:
    """Whether one asset of a lot may be taken back and the others go on.

    Where the others are sold for other cases, or its owner answers with it alone (L25 Art. 3(3)).
    """
    if secured_by(session, asset.id, on) is not None:
        return True
    own = cases_served(session, [asset.id], on)
    return bool(own) and set(own).isdisjoint(cases_served(session, others, on))


def redemption_due(session: Session, actor: Actor, reference: str, today: date) -> RedemptionDue:
    """What the debtor would pay on a day, until when, and whose expenses he pays back.

    Raises NotFound.
    """
    asset = session.scalar(visible_assets(actor).where(Asset.reference == reference))
    if asset is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    lot_ref = open_lot_of(session, actor, asset.id)
    lot = find_lot(session, actor, lot_ref) if lot_ref is not None else None
    last = last_round(session, lot.id) if lot is not None else None
    together = assets_of_lot(session, lot.id) if lot is not None else []
    others = [one for one in together if one.id != asset.id]
    until = last_day(session, lot.id if lot else None, last, today)
    least = least_sums(session, [asset.id, *(one.id for one in others)], today, alone=False)
    return RedemptionDue(
        asset=asset.reference,
        lot=lot_ref,
        leaves_with=[one.reference for one in others],
        alone=bool(others) and may_leave_alone(session, asset, [one.id for one in others], today),
        until_on=until.day,
        debt=least.debt,
        costs=least.costs,
        expenses=expected_expenses(session, last),
        rule_key=until.rule.key,
        article=until.rule.article,
        confidence=until.rule.confidence,
    )


def expected_expenses(session: Session, last: AuctionRound | None) -> list[ExpectedExpense]:
    """Who takes part in the round that is cut off: he says what he reasonably spent."""
    if last is None or find_outcome(session, last.id) is not None:
        return []
    return [
        ExpectedExpense(one.name, one.deposit)
        for one in bidders_of(session, last)
        if one.tie is None
    ]

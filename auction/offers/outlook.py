"""Everything of a lot between its rounds on one page, and what becomes of it if nobody buys."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.costs.queries import costs_for_floor, monthly_storage
from auction.costs.rules import FLOOR_KEYS, MONTH, floor_law
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import (
    Rule,
    RuleUnknown,
    choose_rule,
    forecast,
    lowest_next_price,
)
from auction.life.queries import find_asset
from auction.lots.models import PriceReduction
from auction.lots.queries import assets_of_lot, find_lot, last_round, no_such_lot
from auction.offers.queries import (
    days_between_rounds,
    exits_of,
    priorities_of,
    recalls_of,
    return_of,
    setoffs_of,
)
from auction.offers.rules import FloorTest, floor_test
from auction.offers.schemas import AssetBetween, Basis, BetweenFile, ForecastRow, LotForecast
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import Actor
from inventory.base.money import DONG, round_to

KEYS = (
    "floor_near_ratio",
    "max_reduction_pct",
    "currency_smallest_unit",
    "next_round_target",
    *FLOOR_KEYS,
)
LAW = ("floor_test", "floor_near_ratio", "max_reduction_pct")


class Days(NamedTuple):
    """Days between rounds, and the rule they are taken from, if from one."""

    number: int
    basis: Basis | None


_REDUCED = select(PriceReduction.new_price)
MOST_ROWS = 12
"""Rounds that a forecast shows; it counts further."""


def between_file(session: Session, actor: Actor, reference: str, today: date) -> BetweenFile:
    """Everything of a lot between its rounds, in a fixed number of statements.

    Raises NotFound.
    """
    lot = find_lot(session, actor, reference)
    if lot is None:
        raise no_such_lot(reference)
    things = assets_of_lot(session, lot.id)
    assets = [asset.id for asset in things]
    last = last_round(session, lot.id)
    price = last.starting_price if last is not None else None
    floor, ahead = None, None
    if price is not None and last is not None and lot.closed_on is None:
        rules = rules_in_use(session, *KEYS)
        costs = costs_for_floor(session, assets, today)
        reduced = _reduced_to(session, last.id)
        now = reduced if reduced is not None else price
        floor = _floor(rules, now, costs, today, lot.currency, cut=reduced is None)
        monthly = monthly_storage(session, assets, today)
        scopes = {scope_of(AssetKind(one.kind)) for one in things}
        days = _days(session, lot.id, rules, today, scopes)
        ahead = _forecast(rules, now, costs, monthly, days, today=today, currency=lot.currency)
    return BetweenFile(
        lot=lot.reference,
        floor=floor,
        setoffs=setoffs_of(session, lot.id, today),
        priorities=priorities_of(session, assets),
        exits=exits_of(session, assets),
        returned=return_of(session, lot.id),
        recalls=recalls_of(session, lot.id),
        forecast=ahead,
    )


def asset_between(session: Session, actor: Actor, reference: str) -> AssetBetween:
    """The co-owners' right on an asset, and how it left the auction.

    Raises NotFound.
    """
    asset = find_asset(session, actor, reference)
    return AssetBetween(
        asset=asset.reference,
        priorities=priorities_of(session, [asset.id]),
        exits=exits_of(session, [asset.id]),
    )


def break_even(price: Decimal, costs: Decimal, monthly: Decimal, today: date) -> date | None:
    """The day from which storage has eaten up what a sale at a price would leave."""
    if not monthly or price <= costs:
        return today if monthly else None
    days = round_to((price - costs) * MONTH / monthly, Decimal(1), up=True)
    return today + timedelta(days=int(days)) if days < 365 * 100 else None


def _reduced_to(session: Session, round_id: int) -> Decimal | None:
    found: Decimal | None = session.scalar(
        _REDUCED.where(PriceReduction.round_id == round_id).limit(1)
    )
    return found


def _floor(
    rules: Sequence[Rule],
    price: Decimal,
    costs: Decimal,
    today: date,
    currency: str,
    *,
    cut: bool,
) -> FloorTest | None:
    """The next lowest lawful price against the costs; a price already reduced stands as it is."""
    try:
        test, near, limit = (choose_rule(rules, key, today) for key in LAW)
    except RuleUnknown:
        return None
    unit = _unit(rules, today, currency)
    tested = lowest_next_price(price, limit, unit) if cut else price
    return floor_test(tested, costs, (test, near, limit), unit)


def _forecast(
    rules: Sequence[Rule],
    price: Decimal,
    costs: Decimal,
    monthly: Decimal,
    days: Days,
    *,
    today: date,
    currency: str,
) -> LotForecast | None:
    try:
        limit = choose_rule(rules, "max_reduction_pct", today)
    except RuleUnknown:
        return None
    unit = _unit(rules, today, currency)
    counted = forecast(price, costs, limit, unit)
    rows: list[ForecastRow] = []
    floor_on, reductions, at_price = None, None, price
    for n in range(1, max(len(counted.prices), 1) * 2 + 1):
        lower = lowest_next_price(at_price, limit, unit)
        if lower >= at_price:
            break
        at_price = lower
        on = today + timedelta(days=days.number * n)
        spent = costs + round_to(monthly * days.number * n / MONTH)
        if n <= MOST_ROWS:
            rows.append(ForecastRow(n, on, at_price, spent))
        if at_price <= spent:
            floor_on, reductions = on, n
            break
    return LotForecast(
        price=price,
        costs=costs,
        monthly_storage=monthly,
        days_between=days.number,
        rows=rows,
        reductions=reductions,
        floor_on=floor_on,
        break_even_on=break_even(price, costs, monthly, today),
        article=limit.article,
        confidence=limit.confidence,
        days_basis=days.basis,
        costs_basis=_costs_basis(rules, today),
    )


def _days(
    session: Session, lot_id: int, rules: Sequence[Rule], today: date, scopes: set[str]
) -> Days:
    """Days from round to round: as they lay so far, else the target of the rules."""
    known = days_between_rounds(session, lot_id)
    if known:
        return Days(max(int(known), 1), None)
    targets = [
        rule
        for rule in rules
        if rule.key == "next_round_target" and rule.scope in scopes and rule.serves(today)
    ]
    longest = max(targets, key=lambda rule: rule.number, default=None)
    if longest is None:
        return Days(MONTH, None)
    return Days(int(longest.number), Basis(longest.article, longest.confidence))


def _costs_basis(rules: Sequence[Rule], today: date) -> list[Basis]:
    """The rows that say which costs the price must cover, each once."""
    try:
        found = floor_law(rules, today)
    except RuleUnknown:
        return []
    bases = [Basis(rule.article, rule.confidence) for rule in found]
    return [one for n, one in enumerate(bases) if one not in bases[:n]]


def _unit(rules: Sequence[Rule], today: date, currency: str) -> Decimal:
    try:
        return choose_rule(rules, "currency_smallest_unit", today, currency).number
    except RuleUnknown:
        return DONG

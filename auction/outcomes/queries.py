"""The whole file of a lot, and what may be done with it next."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.auctioneers.queries import contract_signed_on
from auction.bidding.queries import lines_of_lot, runs_of
from auction.bidding.rules import AFTER_DEFAULT, Held, Outcome, lets_reduce
from auction.bidding.schemas import RoundLine
from auction.deadlines.queries import deadlines_of
from auction.legal_rules.queries import rules_at_hand, rules_in_use
from auction.legal_rules.rules import Rule, choose_rule
from auction.lots.carrying import least_first_price
from auction.lots.queries import read_lot
from auction.lots.rules import LotStep, NextPrice, first_price, next_price
from auction.lots.schemas import LotOut
from auction.offers.right import right_of
from auction.offers.rules import RIGHT
from auction.outcomes.schemas import LotFile, SetOff
from auction.valuations.queries import valuations_to_offer
from auction.valuations.rules import value_of
from inventory.base.actor import Actor

KEYS = (
    RIGHT,
    "max_reduction_pct",
    "first_starting_price",
    "currency_smallest_unit",
    AFTER_DEFAULT,
)


def lot_file(session: Session, actor: Actor, reference: str, on: date) -> LotFile:
    """Everything of a lot, in a fixed number of statements whatever the length of its history.

    Raises NotFound.
    """
    with rules_at_hand(session):
        return _lot_file(session, actor, reference, on)


def _lot_file(session: Session, actor: Actor, reference: str, on: date) -> LotFile:
    lot = read_lot(session, actor, reference)
    lines = lines_of_lot(session, lot.id)
    assets = [asset.id for asset in lot.assets]
    runs = runs_of(session, assets)
    rules = rules_in_use(session, *KEYS)
    signed_on = contract_signed_on(session, lot.id)
    valuations = valuations_to_offer(session, actor, lot.id, assets, on, signed_on=signed_on)
    value = value_of({one.asset_id: one.amount for one in valuations}, assets)
    valued = {one.asset_id: one for one in valuations if one.asset_id is not None}
    unit = choose_rule(rules, "currency_smallest_unit", on, lot.currency).number
    brought = None if lines else least_first_price(session, lot.id, valued, unit, on)
    return LotFile(
        lot=lot,
        rounds=lines,
        runs=[runs[asset] for asset in assets if asset in runs],
        valuations=valuations,
        value=value,
        step=next_step(lot.closed_on, lines),
        next_price=_next_price(lot, lines, value, rules, on, brought=brought),
        may_reduce=_may_reduce(lot, lines, rules, on),
        set_off=_set_off(session, lot, assets, on),
        deadlines=deadlines_of(session, actor, "lot", lot.reference),
    )


def next_step(closed_on: date | None, lines: Sequence[RoundLine]) -> LotStep | None:
    """What comes next, read from the record itself."""
    if closed_on is not None:
        return None
    if not lines:
        return LotStep.ROUND
    last = lines[-1]
    if last.outcome is None:
        return LotStep.OUTCOME
    unanswered = last.reduction is None and last.round.starting_price is not None
    return LotStep.REDUCTION if _failed(last) and unanswered else LotStep.ROUND


def _may_reduce(lot: LotOut, lines: Sequence[RoundLine], rules: Sequence[Rule], on: date) -> bool:
    """Whether the price may fall after a sale that fell away, and did not yet."""
    last = lines[-1] if lines else None
    if last is None or lot.closed_on is not None or not _collapsed(last):
        return False
    open_price = last.reduction is None and last.round.starting_price is not None
    return open_price and lets_reduce(choose_rule(rules, AFTER_DEFAULT, on))


def _next_price(
    lot: LotOut,
    lines: Sequence[RoundLine],
    value: Decimal | None,
    rules: Sequence[Rule],
    on: date,
    *,
    brought: Decimal | None,
) -> NextPrice | None:
    if lot.closed_on is not None:
        return None
    last = lines[-1] if lines else None
    price = last.round.starting_price if last else None
    if last is None or price is None:
        least = value if brought is None else brought
        if least is None:
            return None
        rule = choose_rule(rules, "first_starting_price", on)
        return first_price(least, rule, brought=brought is not None)
    after = choose_rule(rules, AFTER_DEFAULT, on) if _collapsed(last) else None
    reducible = _failed(last) or (after is not None and lets_reduce(after))
    stays = after if not reducible else None
    return next_price(
        price,
        last.reduction.new_price if last.reduction and reducible else None,
        stays or choose_rule(rules, "max_reduction_pct", on),
        choose_rule(rules, "currency_smallest_unit", on, lot.currency).number,
        failed=last.outcome is None or reducible,
    )


def _set_off(session: Session, lot: LotOut, assets: Sequence[int], on: date) -> SetOff | None:
    """From some reduction on, after a further failure, the creditor may take the asset."""
    right = right_of(session, lot.id, assets, on) if lot.closed_on is None else None
    if right is None or right.failed.starting_price is None:
        return None
    rule = right.rule
    return SetOff(right.failed.starting_price, right.reductions, rule.article, rule.confidence)


def _collapsed(line: RoundLine) -> bool:
    """Whether the round was sold and its sale fell away."""
    outcome = line.outcome
    return outcome is not None and outcome.code is Outcome.SOLD and outcome.held is None


def _failed(line: RoundLine) -> bool:
    return line.outcome is not None and line.outcome.held == Held.FAILED

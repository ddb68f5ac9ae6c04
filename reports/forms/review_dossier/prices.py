"""The rounds of an asset in a row, each with the step down from the price before it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from auction.legal_rules.rules import Rule, RuleUnknown, choose_rule, lowest_next_price
from inventory.base.money import DONG as SMALLEST
from reports.forms.review_dossier.data import CutPart, RoundPart
from reports.forms.review_dossier.queries import BreachRow, ReductionRow, RoundRow
from reports.pdf.typesetting import DONG

LIMIT = "max_reduction_pct"


def round_parts(
    rows: Sequence[RoundRow],
    *,
    results: Mapping[int, str],
    decisions: Mapping[int, ReductionRow],
    broken: Mapping[int, BreachRow],
    rules: Sequence[Rule],
    today: date,
) -> tuple[RoundPart, ...]:
    """Every round with its price step; a step is only counted inside one lot."""
    parts: list[RoundPart] = []
    before: RoundRow | None = None
    for order, row in enumerate(rows, start=1):
        if before is not None and before.lot_id != row.lot_id:
            before = None
        cut = None
        if before is not None and before.price and row.price is not None:
            decision = decisions.get(before.id)
            on = decision.decided_on if decision else row.held_on or today
            cut = _cut(before.price, row, decision, broken.get(row.id), _limit(rules, on))
        parts.append(_part(order, row, cut, results.get(row.id)))
        if row.price is not None:
            before = row
    return tuple(parts)


def pending_cut(
    rows: Sequence[RoundRow], decisions: Mapping[int, ReductionRow]
) -> ReductionRow | None:
    """A reduction decided after the last round, for a round not yet scheduled."""
    return decisions.get(rows[-1].id) if rows else None


def _cut(
    before: Decimal,
    row: RoundRow,
    decision: ReductionRow | None,
    broken: BreachRow | None,
    limit: Rule | None,
) -> CutPart:
    price = row.price or Decimal(0)
    lawful = row.currency == DONG and limit is not None
    lowest = lowest_next_price(before, limit, SMALLEST) if limit and lawful else None
    deep = broken is not None or (lowest is not None and price < lowest)
    return CutPart(
        percent=round(100 * (before - price) / before, 4),
        lowest_lawful=lowest,
        decision=decision.decision if decision else None,
        decided_on=decision.decided_on if decision else None,
        breach=deep,
        article=broken.article if broken else limit.article if limit and lawful else None,
        confidence=broken.confidence if broken else limit.confidence if limit and lawful else None,
    )


def _part(order: int, row: RoundRow, cut: CutPart | None, held: str | None) -> RoundPart:
    return RoundPart(
        order=order,
        lot=row.lot,
        number=row.number,
        held_on=row.held_on,
        price=row.price,
        currency=row.currency,
        organisation=row.organisation,
        cut=cut,
        outcome=row.outcome,
        source_code=row.source_code,
        held=held,
        sale_price=row.sale_price,
    )


def _limit(rules: Iterable[Rule], on: date) -> Rule | None:
    try:
        return choose_rule(rules, LIMIT, on)
    except RuleUnknown:
        return None

"""The rounds of an asset in a row, each with the step down from the price before it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from auction.bidding.causes import Weight
from auction.bidding.diagnoses import DiagnosisOut
from auction.bidding.rules import Held
from auction.bidding.schemas import HistoryLine
from auction.legal_rules.rules import Rule, RuleUnknown, choose_rule, lowest_next_price
from auction.lots.schemas import BreachRow, ReductionOut
from inventory.base.money import DONG as SMALLEST
from reports.forms.review_dossier.data import BreachPart, CausePart, CutPart, RoundPart
from reports.pdf.typesetting import DONG

LIMIT = "max_reduction_pct"


def each_round_once(history: Iterable[HistoryLine]) -> list[HistoryLine]:
    """The rounds of assets offered together, each once, lot after lot by its first day."""
    once: dict[int, HistoryLine] = {}
    first: dict[int, date] = {}
    for line in history:
        once.setdefault(line.round.id, line)
        lot, day = line.round.lot_id, line.round.held_on or date.max
        first[lot] = min(first.get(lot, date.max), day)
    return sorted(
        once.values(),
        key=lambda line: (first[line.round.lot_id], line.round.lot_id, line.round.number),
    )


def round_parts(
    lines: Sequence[HistoryLine], rules: Sequence[Rule], today: date
) -> tuple[RoundPart, ...]:
    """Every round with its price step; a step leads from a lot's round to its very next one."""
    before: HistoryLine | None = None
    parts: list[RoundPart] = []
    for order, line in enumerate(lines, start=1):
        parts.append(_part(order, line, _cut(before, line, rules, today)))
        before = line
    return tuple(parts)


def breach_parts(lines: Sequence[HistoryLine], titles: Mapping[str, str]) -> tuple[BreachPart, ...]:
    """Every step of the rounds that does not fit a rule, in the order of the rounds."""
    return tuple(
        BreachPart(
            order=order,
            title=titles.get(breach.rule_key, breach.rule_key),
            article=breach.article,
            confidence=breach.confidence,
        )
        for order, line in enumerate(lines, start=1)
        for breach in line.breaches
    )


def cause_parts(
    lines: Sequence[HistoryLine], found: Mapping[int, DiagnosisOut]
) -> tuple[CausePart, ...]:
    """Why nobody bought, round after round; of each round its newest finding."""
    return tuple(
        CausePart(
            order=order,
            cause=cause.cause,
            main=cause.weight is Weight.MAIN,
            note="; ".join(filter(None, (cause.note, found[line.round.id].note))) or None,
            found_on=found[line.round.id].found_on,
        )
        for order, line in enumerate(lines, start=1)
        if line.round.id in found
        for cause in found[line.round.id].causes
    )


def unsaid_orders(
    lines: Sequence[HistoryLine], found: Mapping[int, DiagnosisOut]
) -> tuple[int, ...]:
    """The failed rounds in which nobody said why."""
    return tuple(
        order
        for order, line in enumerate(lines, start=1)
        if line.outcome is not None
        and line.outcome.held is Held.FAILED
        and line.round.id not in found
    )


def pending_cut(lines: Sequence[HistoryLine]) -> ReductionOut | None:
    """A reduction decided after the last round, for a round not yet scheduled."""
    return lines[-1].reduction if lines else None


def _cut(
    before: HistoryLine | None, line: HistoryLine, rules: Iterable[Rule], today: date
) -> CutPart | None:
    if before is None or (before.lot, before.round.number + 1) != (line.lot, line.round.number):
        return None
    if not before.round.starting_price or line.round.starting_price is None:
        return None
    old, new, decision = before.round.starting_price, line.round.starting_price, before.reduction
    noted = next((breach for breach in line.breaches if breach.rule_key == LIMIT), None)
    day = decision.decided_on if decision else line.round.held_on or today
    limit = _limit(rules, day) if line.currency == DONG else None
    lowest = lowest_next_price(old, limit, SMALLEST) if limit else None
    said: BreachRow | Rule | None = noted or limit
    return CutPart(
        percent=round(100 * (old - new) / old, 4),
        lowest_lawful=lowest,
        decision=decision.decision_number if decision else None,
        decided_on=decision.decided_on if decision else None,
        breach=noted is not None,
        article=said.article if said else None,
        confidence=said.confidence if said else None,
    )


def _part(order: int, line: HistoryLine, cut: CutPart | None) -> RoundPart:
    outcome = line.outcome
    return RoundPart(
        order=order,
        lot=line.lot,
        number=line.round.number,
        held_on=line.round.held_on,
        price=line.round.starting_price,
        currency=line.currency,
        organisation=line.round.organisation,
        cut=cut,
        outcome=outcome.code if outcome else None,
        source_code=outcome.source_code if outcome else None,
        held=outcome.held if outcome else None,
        sale_price=outcome.sale_price if outcome else None,
    )


def _limit(rules: Iterable[Rule], on: date) -> Rule | None:
    try:
        return choose_rule(rules, LIMIT, on)
    except RuleUnknown:
        return None

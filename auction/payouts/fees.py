"""The enforcement fee that who asked owes on what he receives; pure, to the whole đồng.

The scale is dated rows (Circular 216/2016/TT-BTC Art. 4, 6; L25 Art. 53(1)): each step takes its
rate of the part of the sum that lies in it, nothing is owed up to some base salaries, nor on claims
that the law exempts.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, Decimal

import msgspec
from msgspec import structs

from auction.legal_rules.rules import Rule, choose_rule, rules_of
from auction.payouts.planning import Plan
from inventory.base.money import share_out

FREE = "enforcement_fee_free_up_to"
EXEMPT = "enforcement_fee_exempt"
RATE = "enforcement_fee_rate"
ABOVE = "enforcement_fee_above"
BASE_SALARY = "base_salary"
FEE_KEYS = (FREE, EXEMPT, RATE, ABOVE, BASE_SALARY)


class Step(msgspec.Struct, frozen=True):
    """A step of the scale: its per cent are owed of what is above a sum, up to the next step."""

    above: Decimal
    per_cent: Decimal


class FeeScale(msgspec.Struct, frozen=True, kw_only=True):
    """The scale of a day, in đồng, with the article of its rates."""

    free_up_to: Decimal
    steps: tuple[Step, ...]
    exempt: frozenset[str]
    article: str

    def fee(self, received: Decimal) -> Decimal:
        """What is owed on a sum, rounded down to the đồng (``enforcement_fee_rounding``)."""
        if received <= self.free_up_to:
            return Decimal(0)
        ends = [*(step.above for step in self.steps[1:]), received]
        owed = sum(
            (
                max(min(received, end) - step.above, Decimal(0)) * step.per_cent / 100
                for step, end in zip(self.steps, ends, strict=True)
            ),
            Decimal(0),
        )
        return owed.to_integral_value(ROUND_DOWN)


def fee_scale(rules: Iterable[Rule], on: date) -> FeeScale | None:
    """The scale of a day, None before the rules know one.

    Raises RuleUnknown where rules lack one of its parts.
    """
    known = tuple(rules)
    if not any(rule.key == RATE and rule.serves(on) for rule in known):
        return None
    salary = choose_rule(known, BASE_SALARY, on).number
    rates = rules_of(known, RATE, on)
    steps = (Step(choose_rule(known, ABOVE, on, one.scope).number, one.number) for one in rates)
    return FeeScale(
        free_up_to=choose_rule(known, FREE, on).number * salary,
        steps=tuple(sorted(steps, key=lambda step: step.above)),
        exempt=frozenset(choose_rule(known, EXEMPT, on).codes),
        article=rates[0].article,
    )


def with_fees(found: Plan, scale: FeeScale | None) -> Plan:
    """What each who asked owes of what he gets by a plan, shared among his lines to the đồng."""
    if scale is None:
        return found
    of_payee: defaultdict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(found.lines):
        if line.paid and line.due.asked_for and line.due.asked_for not in scale.exempt:
            of_payee[(line.due.payee or "").casefold()].append(place)
    lines = list(found.lines)
    for places in of_payee.values():
        received = [lines[place].paid for place in places]
        fee = scale.fee(sum(received, Decimal(0)))
        for place, part in zip(places, share_out(fee, received), strict=True):
            article = scale.article if part else None
            lines[place] = structs.replace(lines[place], fee=part, fee_article=article)
    return structs.replace(found, lines=tuple(lines))

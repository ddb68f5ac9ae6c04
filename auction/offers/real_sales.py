"""What a source's real sales say of reductions: at which share of the first price, in which round.

For each lot that was sold: its sale price over its first starting price, over the starting price
of the round that sold it, and how many rounds the law's greatest reduction would have taken to
come down to that price.
"""

from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import lowest_next_price
from inventory.base.money import DONG

_SOLD = text("""
SELECT first.starting_price AS first_price, r.starting_price AS last_price, o.sale_price, r.number
FROM lot l
JOIN auction_round first ON first.lot_id = l.id AND first.number = 1
JOIN auction_round r ON r.lot_id = l.id
JOIN round_outcome o ON o.round_id = r.id AND o.code = 'sold'
WHERE l.source = :source AND first.starting_price > 0 AND r.starting_price > 0
  AND o.sale_price IS NOT NULL
ORDER BY r.number, l.id
""")
PER_CENT = Decimal("0.1")
MOST_ROUNDS = 200
LAST = 6
"""Rounds from this on are shown together."""


class SoldInRound(msgspec.Struct, frozen=True, kw_only=True):
    """The sales of one round; medians in per cent, and rounds of the law to the same price."""

    round: int
    sold: int
    start_of_first: Decimal
    sale_of_first: Decimal
    sale_of_start: Decimal
    lawful_rounds: int


class RealSales(msgspec.Struct, frozen=True, kw_only=True):
    """The sales of a source; ``at_or_under`` counts sales by their share of the first price."""

    source: str
    limit_percent: Decimal
    sold: int
    rounds: list[SoldInRound]
    at_or_under: dict[int, int]


def real_sales(session: Session, source: str, on: date) -> RealSales:
    """What real sales say of a floor and of reductions by the greatest share of a day's law.

    Raises RuleUnknown.
    """
    limit = rule_on(session, "max_reduction_pct", on)
    by_round: dict[int, list[tuple[Decimal, Decimal, Decimal, int]]] = {}
    shares: list[Decimal] = []
    for first, start, sale, number in session.execute(_SOLD, {"source": source}):
        rounds, price = 1, first
        while price > sale and rounds < MOST_ROUNDS:
            lower = lowest_next_price(price, limit, DONG)
            if lower >= price:
                break
            price, rounds = lower, rounds + 1
        shares.append(_share(sale, first))
        line = (_share(start, first), shares[-1], _share(sale, start), rounds)
        by_round.setdefault(min(number, LAST), []).append(line)
    return RealSales(
        source=source,
        limit_percent=limit.number,
        sold=len(shares),
        rounds=[_summed(number, lines) for number, lines in sorted(by_round.items())],
        at_or_under={step: sum(one <= step for one in shares) for step in (30, 50, 70, 90, 100)},
    )


def _summed(number: int, lines: list[tuple[Decimal, Decimal, Decimal, int]]) -> SoldInRound:
    start, sale, over, rounds = (sorted(column) for column in zip(*lines, strict=True))
    middle = (len(lines) - 1) // 2
    return SoldInRound(
        round=number,
        sold=len(lines),
        start_of_first=Decimal(start[middle]),
        sale_of_first=Decimal(sale[middle]),
        sale_of_start=Decimal(over[middle]),
        lawful_rounds=int(rounds[middle]),
    )


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (100 * part / whole).quantize(PER_CENT)

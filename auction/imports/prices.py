"""Imported rounds against the dated rules of price; what does not fit is noted, never repaired.

History is compared with a tolerance that is a dated rule of its own (not confirmed): a price that
lies a few đồng under the limit because it was rounded is not called a breach.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule, lowest_next_price
from auction.lots.commands import note_breaches
from auction.lots.rules import FoundBreach, reduced_by
from inventory.base.clock import local_day

RULE = "max_reduction_pct"
TOLERANCE = "import_price_cut_tolerance"
PART = 1000

# A round against the one just before it; one without a day is judged by the last day known.
_CUTS = text("""
SELECT s.id, s.lot_id, s.office_id, s.number, s.price_before, s.starting_price, s.on_day
FROM (
  SELECT r.id, r.lot_id, r.office_id, r.number, r.starting_price,
    coalesce(r.held_on, r.announced_on, lag(r.held_on) OVER rounds, :today) AS on_day,
    lag(r.starting_price) OVER rounds AS price_before,
    lag(r.number) OVER rounds AS number_before
  FROM auction_round r WHERE r.lot_id IN (SELECT lot_id FROM made_round)
  WINDOW rounds AS (PARTITION BY r.lot_id ORDER BY r.number)) s
JOIN unnest(CAST(:starts AS date[]), CAST(:ends AS date[]), CAST(:percents AS numeric[]))
    AS limits (starts, ends, percent)
  ON s.on_day BETWEEN limits.starts AND limits.ends
JOIN unnest(CAST(:t_starts AS date[]), CAST(:t_ends AS date[]), CAST(:tolerances AS numeric[]))
    AS rounded (starts, ends, tolerance)
  ON s.on_day BETWEEN rounded.starts AND rounded.ends
WHERE s.number = s.number_before + 1 AND s.price_before > 0
  AND (s.price_before - s.starting_price) * 100 / s.price_before
    >= limits.percent + rounded.tolerance
ORDER BY s.lot_id, s.number""")

_FOUND = text(
    "SELECT count(*) FROM breach WHERE rule_key = ANY (:rules)"
    " AND lot_id IN (SELECT id FROM known_lot)"
)


class Cut(NamedTuple):
    """A price that fell further than a rule allows."""

    round_id: int
    lot_id: int
    office_id: int
    number: int
    before: Decimal
    after: Decimal
    on: date


def note_deep_cuts(session: Session, unit: Decimal, *, at: datetime) -> None:
    """Note every price of the new rounds' lots that fell further than the law of its day allows."""
    rules = rules_in_use(session, RULE, TOLERANCE)
    limits = tuple(rule for rule in rules if rule.key == RULE)
    rounded = [rule for rule in rules if rule.key == TOLERANCE]
    params = {
        "today": local_day(at),
        "starts": [limit.valid_from for limit in limits],
        "ends": [limit.valid_to or date.max for limit in limits],
        "percents": [limit.number for limit in limits],
        "t_starts": [rule.valid_from for rule in rounded],
        "t_ends": [rule.valid_to or date.max for rule in rounded],
        "tolerances": [rule.number for rule in rounded],
    }
    cuts = [Cut(*row) for row in session.execute(_CUTS, params)]
    for start in range(0, len(cuts), PART):
        found = [_breach(cut, limits, unit) for cut in cuts[start : start + PART]]
        note_breaches(session, found, at=at)


def count_breaches(session: Session, rules: tuple[str, ...]) -> int:
    """How many breaches of some rules the lots of this import show."""
    return int(session.execute(_FOUND, {"rules": list(rules)}).scalar_one())


def _breach(cut: Cut, limits: tuple[Rule, ...], unit: Decimal) -> FoundBreach:
    limit = next(rule for rule in limits if rule.serves(cut.on))
    return FoundBreach(
        rule_key=limit.key,
        rule_id=limit.id,
        article=limit.article,
        confidence=limit.confidence.value,
        lot_id=cut.lot_id,
        round_id=cut.round_id,
        office_id=cut.office_id,
        facts={
            "number": cut.number,
            "price_before": str(cut.before),
            "price_after": str(cut.after),
            "lowest_price": str(lowest_next_price(cut.before, limit, unit)),
            "reduced_by": str(reduced_by(cut.before, cut.after)),
            "on": cut.on.isoformat(),
        },
    )

"""Lots by failed rounds in a row on a day, read from the rounds themselves.

What a round's outcome means is taken from the rule of the round's own day, or from what somebody
had ruled on it by the day that is asked for. The kept counters are not asked: they follow assets
and know only today.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.bidding.rules import CLOSING
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import rules_of
from auction.reviews.sweeping import RULE

CHUNK = 2000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A lot with its failed rounds in a row; ``ref`` is the source's number of an imported lot."""

    ref: str
    failed_in_a_row: int
    tier: int | None
    lot: str
    assets: list[str]
    office: str
    last_round_on: date


class Standings(msgspec.Struct, frozen=True):
    """How many lots stand so on the day, and the lots, which are read as they are asked for."""

    as_of: date
    min_failed: int
    count: int
    lots: Iterator[Standing]


_STANDINGS = text(
    """
WITH ruling AS MATERIALIZED (
  SELECT o.code, r.key = 'resetting_outcomes' AS ends_run, r.valid_from, r.valid_to
  FROM legal_rule r CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(r.value) WHEN 'array' THEN r.value ELSE jsonb_build_array(r.value) END
  ) AS o(code)
  WHERE r.key IN ('counted_outcomes', 'resetting_outcomes') AND r.retired_set_id IS NULL),
past AS MATERIALIZED (
  SELECT r.lot_id, r.number, r.held_on, o.code
  FROM auction_round r JOIN round_outcome o ON o.round_id = r.id
  WHERE r.held_on <= :as_of),
ruled AS MATERIALIZED (
  SELECT DISTINCT ON (v.round_id) v.lot_id, r.number, v.meaning
  FROM round_ruling v JOIN auction_round r ON r.id = v.round_id
  WHERE v.ruled_on <= :as_of ORDER BY v.round_id, v.id DESC),
meant AS (
  SELECT p.lot_id, p.number, p.held_on, g.ends_run
  FROM past p
  JOIN ruling g ON g.code = p.code AND p.held_on >= g.valid_from
    AND (g.valid_to IS NULL OR p.held_on <= g.valid_to)
  WHERE p.lot_id NOT IN (SELECT lot_id FROM ruled)
  UNION ALL
  SELECT p.lot_id, p.number, p.held_on, coalesce(v.meaning = 'sold', g.ends_run)
  FROM past p
  LEFT JOIN ruled v ON v.lot_id = p.lot_id AND v.number = p.number
  LEFT JOIN ruling g ON g.code = p.code AND p.held_on >= g.valid_from
    AND (g.valid_to IS NULL OR p.held_on <= g.valid_to)
  WHERE p.lot_id IN (SELECT lot_id FROM ruled)
    AND (g.code IS NOT NULL OR v.meaning IS NOT NULL) AND v.meaning IS DISTINCT FROM 'neither'),
held AS (
  SELECT lot_id, held_on, ends_run,
    bool_or(ends_run) OVER (PARTITION BY lot_id ORDER BY number DESC) AS before_a_sale
  FROM meant),
run AS MATERIALIZED (
  SELECT lot_id, count(*) AS failed, max(held_on) AS last_on
  FROM held WHERE NOT before_a_sale
  GROUP BY lot_id HAVING count(*) >= :at_least),
shown AS MATERIALIZED (
  SELECT run.* FROM run
  WHERE NOT :open_only OR run.lot_id NOT IN (
    SELECT lot_id FROM past WHERE code = ANY (:closing)
    EXCEPT SELECT lot_id FROM ruled WHERE meaning <> 'sold')),
named AS MATERIALIZED (
  SELECT a.lot_id, array_agg(t.reference ORDER BY a.position, t.id) AS assets
  FROM lot_asset a JOIN asset t ON t.id = a.asset_id
  WHERE a.lot_id IN (SELECT lot_id FROM shown)
  GROUP BY a.lot_id)
SELECT count(*) OVER (),
  (CASE WHEN l.source IS NULL THEN l.reference ELSE l.source_ref END) COLLATE "C" AS ref, s.failed,
  (SELECT max(t) FROM unnest(CAST(:tiers AS bigint[])) t WHERE t <= s.failed),
  l.reference, coalesce(n.assets, '{}'), o.name, s.last_on
FROM shown s
JOIN lot l ON l.id = s.lot_id
JOIN office o ON o.id = l.office_id
LEFT JOIN named n ON n.lot_id = s.lot_id
ORDER BY ref, l.id"""
)
_WHOLE_ANSWER = text("SET LOCAL cursor_tuple_fraction = 1")


@contextmanager
def lots_by_failures(
    session: Session, as_of: date, *, at_least: int | None = None, open_only: bool = False
) -> Iterator[Standings]:
    """Lots with so many failed rounds in a row on a day, by their number; all in one statement.

    They can be read inside the block, once. Without a number the lowest tier of the day decides.
    Raises RuleUnknown.
    """
    rules = rules_of(rules_in_use(session, RULE), RULE, as_of)
    tiers = sorted(int(rule.number) for rule in rules)
    wanted = tiers[0] if at_least is None else at_least
    session.execute(_WHOLE_ANSWER)
    rows = session.execute(
        _STANDINGS,
        {
            "as_of": as_of,
            "at_least": wanted,
            "open_only": open_only,
            "closing": sorted(code.value for code in CLOSING),
            "tiers": tiers,
        },
        execution_options={"yield_per": CHUNK},
    )
    try:
        first = rows.fetchone()
        found = chain([] if first is None else [first], rows)
        lots = (Standing(**dict(zip(_FIELDS, row[1:], strict=True))) for row in found)
        yield Standings(as_of, wanted, 0 if first is None else first[0], lots)
    finally:
        rows.close()


_FIELDS = Standing.__struct_fields__

"""The statements of the sweep: one flag for every tier that an asset's failed rounds reached.

Each statement does one batch: it finds the runs of failed rounds, raises the flags that are
missing, writes the audit rows and moves the kept counter on. Nothing is held in Python.
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from auction.legal_rules.rules import Rule
from auction.reviews.rules import NO_TIER_LEFT
from inventory.base.actor import Actor

RULE = "failed_rounds_flag"


class Tiers(NamedTuple):
    """The tiers of failed rounds in force on a day, lowest first, with the rows they come from."""

    failures: list[int]
    rule_ids: list[int | None]

    def words(self) -> str:
        """The tiers as a run of the sweep remembers them."""
        return ",".join(map(str, self.failures))


class Order(NamedTuple):
    """Who sweeps, by which tiers, up to which day."""

    actor: Actor
    tiers: Tiers
    as_of: date
    at: datetime


class Batch(NamedTuple):
    """What one batch saw and raised, and the last asset it saw."""

    seen: int
    last_id: int | None
    raised: dict[int, int]


def tiers_of(rules: tuple[Rule, ...]) -> Tiers:
    """The tiers among the rows of a day."""
    rows = sorted((int(rule.number), rule.id) for rule in rules)
    return Tiers([number for number, _id in rows], [rule_id for _number, rule_id in rows])


# Rows whose counter reached the next tier; the index ix_failure_run_due holds exactly these.
_DUE = """
SELECT asset_id, office_id, failed_in_a_row AS failed, run_number, first_round_id, last_round_id,
  false AS over
FROM failure_run
WHERE failed_in_a_row >= flag_at AND last_held_on <= :as_of AND asset_id > :after
ORDER BY asset_id LIMIT :size FOR UPDATE SKIP LOCKED"""

# Assets with rounds after the day asked for: their run as it stood on that day.
_PAST = """
SELECT c.asset_id, c.office_id, c.failed, c.run_number, c.over,
  first.round_id AS first_round_id, last.round_id AS last_round_id
FROM (SELECT p.asset_id, p.office_id,
    count(*) FILTER (WHERE p.result = 'failed' AND p.seq > p.last_sale) AS failed,
    1 + count(*) FILTER (WHERE p.result = 'sold') AS run_number,
    min(p.seq) FILTER (WHERE p.result = 'failed' AND p.seq > p.last_sale) AS first_seq,
    max(p.seq) FILTER (WHERE p.result = 'failed') AS last_seq,
    EXISTS (SELECT FROM asset_round s
      WHERE s.asset_id = p.asset_id AND s.result = 'sold' AND s.held_on > :as_of) AS over
  FROM (SELECT c.asset_id, c.office_id, r.seq, r.result,
          coalesce(max(r.seq) FILTER (WHERE r.result = 'sold') OVER (PARTITION BY c.asset_id), 0)
            AS last_sale
        FROM (SELECT asset_id, office_id FROM failure_run
              WHERE last_held_on > :as_of AND asset_id > :after ORDER BY asset_id LIMIT :size) c
        LEFT JOIN asset_round r ON r.asset_id = c.asset_id AND r.held_on <= :as_of) p
  GROUP BY p.asset_id, p.office_id) c
LEFT JOIN asset_round first ON first.asset_id = c.asset_id AND first.seq = c.first_seq
LEFT JOIN asset_round last ON last.asset_id = c.asset_id AND last.seq = c.last_seq"""

_RAISE = """
WITH tier AS MATERIALIZED (
  SELECT * FROM unnest(CAST(:tiers AS bigint[]), CAST(:rule_ids AS bigint[])) AS t(tier, rule_id)),
run AS MATERIALIZED ({runs}),
raised AS (
  INSERT INTO flag (asset_id, office_id, rule_key, rule_id, tier, run_number, failed_in_a_row,
    first_round_id, last_round_id, as_of, raised_at, closed_at, closed_reason)
  SELECT n.asset_id, n.office_id, :rule, tier.rule_id, tier.tier, n.run_number, n.failed,
    n.first_round_id, n.last_round_id, :as_of, :at,
    CASE WHEN n.over THEN CAST(:at AS timestamptz) END, CASE WHEN n.over THEN 'sold' END
  FROM run n JOIN tier ON tier.tier <= n.failed
  ORDER BY n.asset_id, tier.tier
  ON CONFLICT (asset_id, rule_key, tier, run_number) DO NOTHING
  RETURNING id, office_id, tier),
noted AS (
  INSERT INTO audit_entry (at, staff_id, actor_name, office_id, channel, code, subject_kind,
    subject_id, subject_ref, data)
  SELECT CAST(:at AS timestamptz), CAST(:staff_id AS bigint), :actor_name, office_id, :channel,
    'reviews.flags.raised', 'flag', NULL, CAST(:as_of AS text),
    jsonb_build_object('flags', jsonb_agg(id), 'as_of', CAST(:as_of AS text))
  FROM raised GROUP BY office_id){moved}
SELECT (SELECT count(*) FROM run), (SELECT max(asset_id) FROM run),
  (SELECT jsonb_object_agg(tier, n) FROM (SELECT tier, count(*) n FROM raised GROUP BY tier) t)"""

_MOVED = """,
moved AS (
  UPDATE failure_run f
  SET flag_at = coalesce((SELECT min(tier) FROM tier WHERE tier > f.failed_in_a_row), :none_left)
  WHERE f.asset_id = ANY (ARRAY(SELECT asset_id FROM run)))"""

_RAISE_DUE = text(_RAISE.format(runs=_DUE, moved=_MOVED))
_RAISE_PAST = text(_RAISE.format(runs=_PAST, moved=""))

# The planner takes a third of all rows to be due and would look for the first one from the start of
# the table; planned as a whole, and read only as far as asked, the index of the due rows wins.
_WORK = text(
    "WITH due AS MATERIALIZED (SELECT asset_id FROM failure_run"
    " WHERE failed_in_a_row >= flag_at AND last_held_on <= :as_of)"
    " SELECT EXISTS (SELECT FROM due), EXISTS ("
    " SELECT FROM failure_run WHERE last_held_on > :as_of)"
)

_START_OVER = text(
    "UPDATE failure_run SET flag_at = :first WHERE flag_at <> :first"
    " AND NOT EXISTS (SELECT FROM flag)"
)

_MEASURE_AGAIN = text(
    """
WITH batch AS MATERIALIZED (
  SELECT asset_id, run_number FROM failure_run
  WHERE asset_id > :after ORDER BY asset_id LIMIT :size FOR UPDATE),
next AS (
  SELECT b.asset_id, coalesce(min(t.tier) FILTER (WHERE f.id IS NULL), :none_left) AS tier
  FROM batch b CROSS JOIN unnest(CAST(:tiers AS bigint[])) AS t(tier)
  LEFT JOIN flag f ON f.asset_id = b.asset_id AND f.rule_key = :rule AND f.tier = t.tier
    AND f.run_number = b.run_number
  GROUP BY b.asset_id),
moved AS (
  UPDATE failure_run r SET flag_at = next.tier FROM next
  WHERE r.asset_id = next.asset_id AND r.flag_at <> next.tier)
SELECT count(*), max(asset_id) FROM batch"""
)


def work_of(session: Session, as_of: date) -> tuple[bool, bool]:
    """Whether there is anything for ``raise_due`` and for ``raise_past`` to do; costs next to
    nothing, unlike planning their statements."""
    due, past = session.execute(_WORK, {"as_of": as_of}).one()
    return due, past


def raise_due(order: Order, session: Session, after: int, size: int) -> Batch:
    """Flag the assets whose kept counter reached a tier and that had no round since the day."""
    return _raise(_RAISE_DUE, order, session, after, size)


def raise_past(order: Order, session: Session, after: int, size: int) -> Batch:
    """Flag, from their rounds up to the day, the assets that had rounds after it."""
    return _raise(_RAISE_PAST, order, session, after, size)


def start_over(order: Order, session: Session) -> None:
    """Before the first sweep every asset waits for the lowest tier."""
    session.execute(_START_OVER, {"first": order.tiers.failures[0]})


def measure_again(order: Order, session: Session, after: int, size: int) -> Batch:
    """After a change of the tiers: the next tier of each asset is the lowest it has no flag for."""
    seen, last_id = session.execute(
        _MEASURE_AGAIN,
        {
            "after": after,
            "size": size,
            "tiers": order.tiers.failures,
            "rule": RULE,
            "none_left": NO_TIER_LEFT,
        },
    ).one()
    return Batch(seen, last_id, {})


def _raise(statement: TextClause, order: Order, session: Session, after: int, size: int) -> Batch:
    seen, last_id, raised = session.execute(
        statement,
        {
            "tiers": order.tiers.failures,
            "rule_ids": order.tiers.rule_ids,
            "rule": RULE,
            "as_of": order.as_of,
            "after": after,
            "size": size,
            "at": order.at,
            "staff_id": order.actor.staff_id,
            "actor_name": order.actor.name,
            "channel": order.actor.channel,
            "none_left": NO_TIER_LEFT,
        },
    ).one()
    return Batch(seen, last_id, {int(tier): n for tier, n in (raised or {}).items()})

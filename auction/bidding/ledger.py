"""The only writer of what held rounds mean for assets and of their runs of failures.

Whoever writes here has locked the assets first (``lock_assets``), so the counters of an asset
change one act after another. An asset's held rounds are numbered lot after lot, by the day of the
lot's first round, and inside a lot by the number of the round.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from auction.bidding.failures import failed_before
from auction.bidding.models import AssetRound, FailureRun, RoundOutcome
from auction.bidding.queries import first_tier, rulings
from auction.bidding.rules import Held
from auction.life.models import AssetStep
from auction.life.queries import BEGAN, AssetStanding, standing_from, standing_statement
from auction.life.rules import LifeBegan
from auction.lots.elsewhere import AssetElsewhere
from auction.lots.models import AuctionRound, LotAsset
from inventory.base.clock import local_day
from inventory.base.direct import Direct
from inventory.base.messages import _
from inventory.base.together import add, change, gathered, write_gathered

# Where the assets stand, the last held round of each, whether that lies after the round that is
# recorded now, and its counter.
_BEFORE = standing_statement(
    """, coalesce(last.seq, 0), coalesce(
    ((SELECT min(held_on) FROM auction_round WHERE lot_id = r.lot_id), r.lot_id, r.number)
    > ((SELECT min(held_on) FROM auction_round WHERE lot_id = %(lot)s::bigint), %(lot)s::bigint,
      %(number)s::bigint), false),
  f.failed_in_a_row, f.run_number, f.last_held_on, f.flag_at, f.first_round_id""",
    """LEFT JOIN LATERAL (SELECT seq, round_id FROM asset_round WHERE asset_id = a.id
    ORDER BY seq DESC LIMIT 1) AS last ON true
LEFT JOIN auction_round AS r ON r.id = last.round_id
LEFT JOIN failure_run AS f ON f.asset_id = a.id
""",
)
_LOCK = Direct("""
SELECT a.id, (SELECT count(*) FROM lot_asset WHERE lot_id = %(lot)s::bigint)
FROM asset AS a JOIN lot_asset AS l ON l.asset_id = a.id
WHERE l.lot_id = %(lot)s::bigint ORDER BY a.id FOR NO KEY UPDATE OF a
""")

# Held rounds of the assets in their order, the rows they replace, and the counters that follow.
# ``began`` marks the round with which the present run began: as long as it is still in the run, the
# tiers flagged in it stay flagged (said by a zero, which no tier is). What somebody ruled on a
# round goes before the dated rules. The number of a run never falls: where a sale is ruled away,
# flags are raised anew in the run it had begun. Where an asset was released and seized anew, what
# failed before is past, as what lies before a sale.
_REBUILD = text(f"""
WITH chosen AS (SELECT DISTINCT unnest(CAST(:assets AS bigint[])) AS asset_id),
anew AS MATERIALIZED (
  SELECT asset_id, {BEGAN.format(asset="chosen.asset_id")} AS on_day,
    (SELECT coalesce(max(s.life) - 1, 0) FROM asset_step AS s
      WHERE s.asset_id = chosen.asset_id AND s.life > 1) AS ended
  FROM chosen),
ruling AS (
  SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:results AS text[]), CAST(:starts AS date[]),
    CAST(:ends AS date[])) AS r (code, result, valid_from, valid_to)),
offered AS MATERIALIZED (
  SELECT c.asset_id, l.lot_id FROM chosen AS c JOIN lot_asset AS l ON l.asset_id = c.asset_id),
begun AS MATERIALIZED (
  SELECT r.lot_id, min(r.held_on) AS first_on FROM auction_round AS r
  WHERE r.lot_id IN (SELECT lot_id FROM offered) GROUP BY r.lot_id),
ruled AS MATERIALIZED (
  SELECT DISTINCT ON (v.round_id) v.round_id, v.meaning FROM round_ruling AS v
  WHERE v.lot_id IN (SELECT lot_id FROM offered) ORDER BY v.round_id, v.id DESC),
held AS MATERIALIZED (
  SELECT o.asset_id, r.id AS round_id, r.held_on, coalesce(v.meaning, ruling.result) AS result,
    coalesce(r.held_on < anew.on_day, false) AS past,
    row_number() OVER (PARTITION BY o.asset_id ORDER BY b.first_on, r.lot_id, r.number) AS seq,
    was.seq = f.held_rounds - f.failed_in_a_row + 1 AS began
  FROM offered AS o
  JOIN anew ON anew.asset_id = o.asset_id
  JOIN begun AS b ON b.lot_id = o.lot_id
  JOIN auction_round AS r ON r.lot_id = o.lot_id
  JOIN round_outcome AS c ON c.round_id = r.id
  LEFT JOIN ruling ON ruling.code = c.code
    AND r.held_on BETWEEN ruling.valid_from AND ruling.valid_to
  LEFT JOIN ruled AS v ON v.round_id = r.id
  LEFT JOIN asset_round AS was ON was.round_id = r.id AND was.asset_id = o.asset_id
  LEFT JOIN failure_run AS f ON f.asset_id = o.asset_id
  WHERE r.held_on IS NOT NULL AND coalesce(v.meaning, ruling.result) <> 'neither'),
counted AS MATERIALIZED (
  SELECT asset_id, max(seq) AS held,
    coalesce(max(seq) FILTER (WHERE result = 'sold' OR past), 0) AS sale,
    count(*) FILTER (WHERE result = 'sold') AS sales, max(held_on) AS last_on,
    coalesce(max(seq) FILTER (WHERE began), 0) AS began
  FROM held GROUP BY asset_id),
ends AS (
  SELECT h.asset_id, max(h.round_id) FILTER (WHERE h.seq = n.sale + 1) AS first_id,
    max(h.round_id) FILTER (WHERE h.seq = n.held) AS last_id
  FROM held AS h JOIN counted AS n ON n.asset_id = h.asset_id GROUP BY h.asset_id),
written AS (
  INSERT INTO asset_round AS r (asset_id, seq, result, held_on, round_id)
  SELECT asset_id, seq, result, held_on, round_id FROM held
  ON CONFLICT (asset_id, seq) DO UPDATE SET
    result = excluded.result, held_on = excluded.held_on, round_id = excluded.round_id
  WHERE (r.result, r.held_on, r.round_id)
    IS DISTINCT FROM (excluded.result, excluded.held_on, excluded.round_id)),
gone AS (
  DELETE FROM asset_round AS r USING (
      SELECT c.asset_id, coalesce(n.held, 0) AS held
      FROM chosen AS c LEFT JOIN counted AS n ON n.asset_id = c.asset_id) AS now
  WHERE r.asset_id = now.asset_id AND r.seq > now.held)
INSERT INTO failure_run AS f (asset_id, office_id, held_rounds, failed_in_a_row, run_number,
  last_held_on, flag_at, first_round_id, last_round_id)
SELECT a.id, a.office_id, coalesce(n.held, 0), coalesce(n.held - n.sale, 0),
  coalesce(n.sales, 0) + anew.ended + 1,
  coalesce(n.last_on, was.last_held_on),
  CASE WHEN n.began > n.sale THEN 0 ELSE :first_tier END, ends.first_id, ends.last_id
FROM chosen AS c
JOIN anew ON anew.asset_id = c.asset_id
JOIN asset AS a ON a.id = c.asset_id
LEFT JOIN counted AS n ON n.asset_id = c.asset_id
LEFT JOIN ends ON ends.asset_id = c.asset_id
LEFT JOIN failure_run AS was ON was.asset_id = c.asset_id
WHERE n.asset_id IS NOT NULL OR was.asset_id IS NOT NULL
ON CONFLICT (asset_id) DO UPDATE SET
  held_rounds = excluded.held_rounds,
  failed_in_a_row = excluded.failed_in_a_row,
  run_number = greatest(f.run_number, excluded.run_number),
  last_held_on = excluded.last_held_on,
  flag_at = CASE WHEN excluded.flag_at = 0 THEN f.flag_at ELSE excluded.flag_at END,
  first_round_id = excluded.first_round_id,
  last_round_id = excluded.last_round_id
""")  # noqa: S608 - our words


def lock_assets(session: Session, lot_id: int) -> list[int]:
    """Lock the assets of a lot in the order of their ids; answers the ids.

    An asset that went to another office is written by who sees both offices.
    Raises AssetElsewhere.
    """
    rows = _LOCK.ask_all(session.connection(), {"lot": lot_id})
    if len(rows) < (rows[0][1] if rows else _count_assets(session, lot_id)):
        raise AssetElsewhere(
            _(
                "An asset of the lot went to another office, and its failures with it. Lawful: "
                "the office above both, or the inspection, says what the round means."
            )
        )
    return [row[0] for row in rows]


def _count_assets(session: Session, lot_id: int) -> int:
    counted = select(func.count()).select_from(LotAsset).where(LotAsset.lot_id == lot_id)
    return session.execute(counted).scalar_one()


class Counted(NamedTuple):
    """How often an asset was offered and failed before the round that is recorded now."""

    standing: AssetStanding
    seq: int
    """The number of its last held round, 0 before the first."""
    late: bool
    """Whether a held round that comes after this one is recorded already."""
    failed_in_a_row: int | None
    """None, as the four after it, where it has no counter yet."""
    run_number: int | None
    last_held_on: date | None
    flag_at: int | None
    first_round_id: int | None


def counted_before(
    session: Session, asset_ids: Sequence[int], held_round: AuctionRound
) -> list[Counted]:
    """Where some locked assets stand and how they are counted, by their ids, in one statement."""
    write_gathered(session, AssetRound)
    write_gathered(session, AssetStep)
    said = {
        "assets": str(list(asset_ids)),
        "lot": held_round.lot_id,
        "number": held_round.number,
    }
    rows = _BEFORE.ask_all(session.connection(), said)
    return [Counted(standing_from(row[:_OWN]), *row[_OWN:]) for row in rows]


_OWN = 1 - len(Counted._fields)
"""Before these columns of a row stand those that say where the asset stands."""


def append(
    session: Session,
    known: Sequence[Counted],
    held_round: AuctionRound,
    held: Held,
    held_on: date,
) -> int:
    """Add a held round to every asset of its lot and keep the counters.

    ``known`` is what ``counted_before`` read since the assets were locked. Where a later round of
    another lot is recorded already, the asset's rows are written anew.
    Answers how often the assets had failed in a row before, of several the least.
    """
    tier = first_tier(session, held_on)
    said = {"result": held.value, "held_on": held_on, "round_id": held_round.id}
    with gathered(session):
        for one in known:
            if not one.late:
                row = {**said, "asset_id": one.standing.asset_id, "seq": one.seq + 1}
                add(session, AssetRound, [row])
                _count(session, one, row, tier)
    late = [one.standing.asset_id for one in known if one.late]
    if late:
        rebuild_runs(session, late, on=held_on)
        return failed_before(session, held_round.lot_id, held_round.id)
    return min((one.failed_in_a_row or 0 for one in known), default=0)


def _count(session: Session, one: Counted, row: dict[str, Any], tier: int) -> None:
    """Keep the counter of an asset to which a held round is added: a sale ends its failures."""
    failed = row["result"] == Held.FAILED
    run = {
        "asset_id": row["asset_id"],
        "held_rounds": row["seq"],
        "failed_in_a_row": (one.failed_in_a_row or 0) + 1 if failed else 0,
        "run_number": (one.run_number or 1) + (not failed),
        "last_held_on": max(one.last_held_on or row["held_on"], row["held_on"]),
        "flag_at": one.flag_at if failed and one.flag_at is not None else tier,
        "first_round_id": (one.first_round_id or row["round_id"]) if failed else None,
        "last_round_id": row["round_id"],
    }
    if one.run_number is None:
        add(session, FailureRun, [run | {"office_id": one.standing.office_id}], whole=True)
    else:
        change(session, FailureRun, run)


def follow_new_life(session: Session, event: LifeBegan) -> None:
    """What was released and seized anew is counted anew; its rounds before stay in the record."""
    rebuild_runs(session, event.asset_ids, on=local_day(event.at))


def rebuild_runs(session: Session, asset_ids: Sequence[int], *, on: date | None = None) -> None:
    """Write the held rounds of some assets and their counters anew from the rounds themselves.

    One statement for any number of assets, as imports need it. ``on`` is the day whose flag tiers
    a new run begins with; without it, the tiers in force without end.
    """
    if not asset_ids:
        return
    write_gathered(session, RoundOutcome)
    known = rulings(session)
    values = {
        "assets": list(asset_ids),
        "codes": [ruling.code for ruling in known],
        "results": [ruling.held.value for ruling in known],
        "starts": [ruling.valid_from for ruling in known],
        "ends": [ruling.valid_to for ruling in known],
        "first_tier": first_tier(session, on or date.max),
    }
    session.execute(_REBUILD, values)

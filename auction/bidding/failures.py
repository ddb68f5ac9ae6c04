"""How often the assets of a lot have failed, for the rooms below that must know it."""

from sqlalchemy.orm import Session

from auction.life.queries import BEGAN
from inventory.base.direct import Direct

_FAILED = Direct(f"""
SELECT coalesce(min(n), 0) FROM (
  SELECT (SELECT count(*) FROM asset_round AS r
      WHERE r.asset_id = l.asset_id AND r.result = 'failed' AND r.seq < e.seq
        AND (r.held_on < b.on_day AND coalesce(e.held_on, b.on_day) >= b.on_day) IS NOT TRUE
        AND r.seq > coalesce((SELECT max(s.seq) FROM asset_round AS s
          WHERE s.asset_id = l.asset_id AND s.result = 'sold' AND s.seq < e.seq), 0)) AS n
  FROM lot_asset AS l
  CROSS JOIN LATERAL (SELECT coalesce(min(t.seq), 9223372036854775807) AS seq,
      min(t.held_on) AS held_on
    FROM asset_round AS t
    WHERE t.asset_id = l.asset_id AND t.round_id = %(round)s::bigint) AS e
  CROSS JOIN LATERAL (SELECT {BEGAN.format(asset="l.asset_id")} AS on_day) AS b
  WHERE l.lot_id = %(lot)s::bigint) AS of_asset
""")  # noqa: S608 - our words


def failed_before(session: Session, lot_id: int, round_id: int | None = None) -> int:
    """How often a lot's assets failed in a row before a round, through every lot they were in.

    Of several the least: each of them must have been offered in vain. Without a round, so far.
    What failed before an asset was released and seized anew belongs to a life that has ended.
    """
    row = _FAILED.ask(session.connection(), {"lot": lot_id, "round": round_id or 0})
    return int(row[0]) if row else 0

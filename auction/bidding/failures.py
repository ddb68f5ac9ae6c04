"""How often the assets of a lot have failed, for the rooms below that must know it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_FAILED = text("""
SELECT coalesce(min(f.failed), 0) FROM lot_asset la
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE r.result = 'failed' AND r.seq > coalesce(
      (SELECT max(s.seq) FROM asset_round s WHERE s.asset_id = la.asset_id
        AND s.result = 'sold' AND s.round_id IS DISTINCT FROM :round), 0)) AS failed
  FROM asset_round r
  WHERE r.asset_id = la.asset_id AND r.round_id IS DISTINCT FROM :round) AS f
WHERE la.lot_id = :lot
""")


def failed_before(session: Session, lot_id: int, round_id: int | None = None) -> int:
    """How often all assets of a lot have failed in a row through every lot, a round left out."""
    found = session.execute(_FAILED, {"lot": lot_id, "round": round_id or 0})
    return int(found.scalar_one())

"""What an import wrote of cases and assets that are on hold here comes under those holds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.holds.joining import hold_evidence, hold_new_lot, hold_seized
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.evidence.rules import EvidenceHeld
from inventory.seizures.rules import AssetsSeized

_HELD = text(
    "SELECT c.id FROM known_case k JOIN enforcement_case c ON c.id = k.id AND c.ever_held"
    " WHERE NOT k.made"
)
"""Cases of the source that were here already and were ever put on hold."""

_CAME = text("""
WITH came AS (
  SELECT true AS seized, s.case_id, s.decision_on AS on_day, s.asset_id
  FROM made_seizure m JOIN seizure s ON s.asset_id = m.asset_id AND s.decision_number = m.number
  WHERE s.case_id = ANY (:cases)
  UNION
  SELECT false, e.case_id, e.received_on, e.asset_id
  FROM made_evidence m JOIN evidence_hold e ON e.asset_id = m.asset_id AND e.received_on = m.day
  WHERE e.case_id = ANY (:cases)
  UNION
  SELECT true, a.case_id, CAST(:today AS date), a.id
  FROM known_asset k JOIN asset a ON a.id = k.id
  WHERE k.made AND a.case_id = ANY (:cases)
    AND NOT EXISTS (SELECT FROM made_seizure m WHERE m.asset_id = a.id)
    AND NOT EXISTS (SELECT FROM made_evidence m WHERE m.asset_id = a.id))
SELECT seized, case_id, on_day, array_agg(asset_id ORDER BY asset_id)
FROM came GROUP BY seized, case_id, on_day ORDER BY 2, 3, 1 DESC""")
"""What came to them, by how and when it did."""

_LOCK = text(
    "SELECT count(*) FROM (SELECT id FROM asset WHERE id = ANY (:ids) ORDER BY id"
    " FOR NO KEY UPDATE) locked"
)

_LOTS = text("""
SELECT l.id, l.reference, array_agg(m.asset_id ORDER BY m.asset_id)
FROM made_link m JOIN lot l ON l.id = m.lot_id AND l.closed_on IS NULL
WHERE EXISTS (SELECT FROM hold_asset h JOIN hold o ON o.id = h.hold_id AND o.ended_on IS NULL
  WHERE h.asset_id = m.asset_id)
GROUP BY l.id, l.reference ORDER BY l.id""")
"""Open lots to which the import added something that is on hold."""


def hold_imported(session: Session, actor: Actor, *, at: datetime) -> None:
    """Draw what was written into the open holds of its case, and lots into those of their assets.

    From the day of the seizure or receipt that the source says; what has none, from today.
    """
    held = session.scalars(_HELD).all()
    if held:
        _join(session, actor, held, at=at)
    for lot_id, reference, assets in session.execute(_LOTS).all():
        hold_new_lot(session, lot_id, reference, assets)


def _join(session: Session, actor: Actor, held: Sequence[int], *, at: datetime) -> None:
    came = session.execute(_CAME, {"cases": list(held), "today": local_day(at)}).all()
    session.execute(_LOCK, {"ids": sorted({one for row in came for one in row[3]})})
    for seized, case_id, on, ids in came:
        assets = tuple(ids)
        if seized:
            hold_seized(session, AssetsSeized(actor, assets, case_id, on, at))
        else:
            hold_evidence(session, EvidenceHeld(actor, assets, case_id, on, at))

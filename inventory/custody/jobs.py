"""The job that puts the counts of each place together."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.jobs import Job, Transactions

_APART = text(
    "SELECT EXISTS (SELECT FROM place_count GROUP BY office_id, place_id HAVING count(*) > 1)"
)
_TOGETHER = text(
    """
WITH gone AS (
  DELETE FROM place_count c USING (SELECT office_id, place_id FROM place_count
    GROUP BY office_id, place_id HAVING count(*) > 1) apart
  WHERE (c.office_id, c.place_id) = (apart.office_id, apart.place_id)
  RETURNING c.office_id, c.place_id, c.n)
INSERT INTO place_count (office_id, place_id, n)
SELECT office_id, place_id, sum(n) FROM gone GROUP BY office_id, place_id"""
)
"""One statement, so what is counted is what is taken away, and readers see the one or the other."""


def due_counts(session: Session, _at: datetime) -> list[str]:
    """Whether any place has more than one row."""
    return ["places"] if session.execute(_APART).scalar_one() else []


def put_together(transactions: Transactions, _key: str, _at: datetime) -> None:
    """Leave one row to each place."""
    with transactions() as session:
        session.execute(_TOGETHER)


COUNTS = Job("custody.counts", due_counts, put_together)

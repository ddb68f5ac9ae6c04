"""What claims will get of money that is divided already."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

_PROMISED = text("""
SELECT l.claim_id, sum(l.amount - (SELECT coalesce(sum(v.amount), 0) FROM voucher v
    WHERE v.line_id = l.id AND v.paid_on <= :on)) AS amount
FROM payout_line l JOIN payout p ON p.id = l.payout_id
WHERE l.claim_id = ANY (:claims) AND p.approved_at IS NOT NULL AND p.withdrawn_at IS NULL
GROUP BY l.claim_id""")
"""Payouts belong to a room above."""


def promised_on(session: Session, claim_ids: Sequence[int], on: date) -> dict[int, Decimal]:
    """What approved payouts will still pay on claims, beyond what was paid by a day."""
    said = {"claims": list(claim_ids), "on": on}
    rows = session.execute(_PROMISED, said)
    return {row.claim_id: Decimal(row.amount) for row in rows}

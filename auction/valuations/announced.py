"""Whether the auction of a thing was announced publicly."""

from datetime import date

from sqlalchemy import BigInteger, Date, DateTime, Text, column, func, select, table
from sqlalchemy.orm import Session

_NOTICE = table(
    "lot_notice",
    column("lot_id", BigInteger),
    column("kind", Text),
    column("from_on", Date),
    column("struck_at", DateTime),
)
_ASSETS = table("lot_asset", column("lot_id", BigInteger), column("asset_id", BigInteger))
"""Lots and their notices belong to rooms above."""


def announced_on(session: Session, asset_id: int, since: date, until: date) -> date | None:
    """The first day between two on which an auction of a thing was announced; None where on none.

    In a newspaper or on the national portal (PA16 Art. 57), as far as it was not struck through.
    """
    n = _NOTICE.c
    found: date | None = session.scalar(
        select(func.min(n.from_on))
        .join_from(_NOTICE, _ASSETS, _ASSETS.c.lot_id == n.lot_id)
        .where(
            _ASSETS.c.asset_id == asset_id,
            n.kind == "announcement",
            n.from_on.between(since, until),
            n.struck_at.is_(None),
        )
    )
    return found

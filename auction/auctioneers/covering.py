"""Which lots' contracts cover a lot: its own, and those of the lots it came out of."""

from sqlalchemy import ColumnElement, text

from auction.auctioneers.models import AuctionContract

_COVERING = text("""
WITH RECURSIVE came (id) AS (SELECT CAST(:lot AS bigint)
  UNION SELECT k.from_lot_id FROM came JOIN lot_link AS k ON k.to_lot_id = came.id)
SELECT came.id FROM came WHERE NOT EXISTS (SELECT FROM lot_asset AS x
  WHERE x.lot_id = :lot AND NOT EXISTS (SELECT FROM lot_asset AS y
    WHERE y.lot_id = came.id AND y.asset_id = x.asset_id))""")


def covers(lot_id: int) -> ColumnElement[bool]:
    """Contracts of a lot, and of lots it came out of that held all its assets.

    What is offered apart, or goes on after one of its assets left, is still under the contract that
    was signed for it; what is offered together with more is not.
    """
    found = _COVERING.bindparams(lot=lot_id).columns(AuctionContract.lot_id)
    return AuctionContract.lot_id.in_(found)

"""What keeps an asset from leaving otherwise: its sale, a round that waits, a creditor's right.

A seizure is released by the room below; it is refused from here while something of that stands.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Row, column, select, table
from sqlalchemy.orm import Session

from auction.bidding.models import RoundOutcome
from auction.bidding.rules import SaleStands
from auction.legal_rules.queries import basis_on
from auction.lots.models import AuctionRound, Lot, LotAsset
from auction.lots.rules import RoundStillOpen
from auction.lots.taking import refuse_taking
from inventory.assets.models import Asset
from inventory.base.messages import _
from inventory.seizures.rules import SeizureReleased

SETTLED_WITH, DELIVERED_BY, STOPPED_BY = "settlement_consent", "delivery_due", "pause_stop_clause"

_SALE = table(
    "sale",
    column("id", BigInteger),
    column("lot_id", BigInteger),
    column("sold_on", Date),
    column("delivered_on", Date),
    column("defaulted_on", Date),
    column("cancelled_on", Date),
)
"""Sales belong to a room above."""


def refuse_sold(session: Session, asset_ids: Sequence[int], on: date) -> None:
    """After the sale the parties settle only with who bought or takes the asset.

    D152/26 Art. 14(2). Raises SaleStands.
    """
    sale = _sale_of(session, asset_ids)
    if sale is not None:
        raise SaleStands(
            _(
                "%(reference)s was sold on %(day)s (rule %(rule)s). Lawful: the settlement of sale"
                " %(sale)s, with the buyer’s written consent (/sales/%(sale)s/settlement)."
            ),
            field="agreed_on",
            reference=sale.reference,
            day=sale.sold_on,
            sale=sale.id,
            **basis_on(session, SETTLED_WITH, on),
        )


def refuse_release(session: Session, event: SeizureReleased) -> None:
    """What is sold, offered or taken by its creditor stays seized until that has ended.

    Another case's seizure beside it may go: the asset stays seized for the case it is sold for.
    L25 Art. 83(3), 84(2), 86(4), 95(3); L08 Art. 103(2), 105. Raises SaleStands, RoundStillOpen,
    SetOffOpen.
    """
    lots = _lots_of(session, event)
    if not lots:
        return
    sale = _sale_of(session, [event.asset_id], lots)
    if sale is not None:
        raise SaleStands(
            _(
                "%(reference)s was sold on %(day)s and is not delivered yet (rule %(rule)s)."
                " Lawful: the release once the sale is delivered, settled with the buyer"
                " (/sales/%(sale)s), cancelled or fallen away."
            ),
            field="released_on",
            reference=sale.reference,
            day=sale.sold_on,
            sale=sale.id,
            **basis_on(session, DELIVERED_BY, event.on),
        )
    _refuse_in_round(session, lots, event.on)
    for lot_id in _open_of(session, lots):
        refuse_taking(session, lot_id, event.on, field="released_on", ever=True)


def _lots_of(session: Session, event: SeizureReleased) -> list[int]:
    """The lots of the asset that this seizure carries: all, where nothing else seizes it."""
    of_asset = select(Lot.id).join(LotAsset).where(LotAsset.asset_id == event.asset_id)
    if not event.last:
        of_asset = of_asset.where(Lot.case_id == event.case_id)
    return list(session.scalars(of_asset))


def _sale_of(
    session: Session, asset_ids: Sequence[int], lots: Sequence[int] | None = None
) -> Row[Any] | None:
    """The sale of one of some assets that stands and is not delivered."""
    ended = (_SALE.c.delivered_on, _SALE.c.defaulted_on, _SALE.c.cancelled_on)
    found = (
        select(_SALE.c.id, _SALE.c.sold_on, Asset.reference)
        .join(LotAsset, LotAsset.lot_id == _SALE.c.lot_id)
        .join(Asset, Asset.id == LotAsset.asset_id)
        .where(LotAsset.asset_id.in_(asset_ids), *(one.is_(None) for one in ended))
    )
    if lots is not None:
        found = found.where(LotAsset.lot_id.in_(lots))
    return session.execute(found.order_by(_SALE.c.id).limit(1)).first()


def _open_of(session: Session, lots: Sequence[int]) -> Sequence[int]:
    still = select(Lot.id).where(Lot.id.in_(lots), Lot.closed_on.is_(None))
    return session.scalars(still.order_by(Lot.id)).all()


def _refuse_in_round(session: Session, lots: Sequence[int], on: date) -> None:
    waiting = session.execute(
        select(AuctionRound.number, Lot.reference)
        .join(Lot, Lot.id == AuctionRound.lot_id)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == AuctionRound.id)
        .where(Lot.id.in_(lots), Lot.closed_on.is_(None), RoundOutcome.round_id.is_(None))
        .limit(1)
    ).first()
    if waiting is not None:
        raise RoundStillOpen(
            _(
                "Round %(number)s of lot %(lot)s waits for its outcome (rule %(rule)s). Lawful: the"
                " release after it, or once it was stopped: the debtor paid, the parties settled,"
                " the case was terminated or the debt is covered."
            ),
            field="released_on",
            number=waiting.number,
            lot=waiting.reference,
            **basis_on(session, STOPPED_BY, on),
        )

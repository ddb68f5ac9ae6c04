"""What each of several assets is of one price, by what they were last found to be worth."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.valuations.models import Valuation
from inventory.base.money import share_out


def worth_of(session: Session, assets: Sequence[int]) -> dict[int, Decimal]:
    """What each asset was last found to be worth: the measure of its part of one price."""
    worth = dict.fromkeys(assets, Decimal(0))
    rows = session.execute(
        select(Valuation.asset_id, Valuation.amount)
        .where(Valuation.asset_id.in_(assets))
        .order_by(Valuation.valued_on, Valuation.id)
    )
    worth.update({asset: amount for asset, amount in rows if asset is not None})
    return worth


def parts_of_price(price: Decimal, brought: dict[int, Decimal]) -> dict[int, Decimal]:
    """What of a price each asset of a lot brought, in proportion to what they are worth."""
    assets = sorted(brought)
    if len(assets) == 1:
        return {assets[0]: price}
    weights = [brought[asset] for asset in assets]
    even = [Decimal(1)] * len(assets)
    parts = share_out(price, weights if sum(weights, Decimal(0)) else even)
    return dict(zip(assets, parts, strict=True))

"""What a sale without auction may not go below, and who may buy before it."""

from datetime import date

from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.lots.rules import PriceTooLow
from auction.offers.commands.common import OpenLot
from auction.offers.queries import priorities_of
from auction.outcomes.queries import lot_file
from auction.sales.rules import Way
from auction.sales.schemas import NewSale
from auction.valuations.refusing import unpriced
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import SYSTEM
from inventory.base.errors import Unlawful
from inventory.base.messages import _
from inventory.titles.queries import titles_of

AGREED_PRICE = "taken_by_agreement_price"


class CoOwnersFirst(Unlawful):
    """Co-owners may still buy first, or were not told that they may (L25 Art. 83(1))."""

    code = "co_owners_first"


def refuse_too_low(session: Session, found: OpenLot, new: NewSale) -> None:
    """Refuse less than the price in force: found or agreed, last reduced to, or last offered at.

    L25 Art. 82(4), 83(3); L08 Art. 98(1), 99(3), 104. Raises PriceTooLow, ValuationMissing.
    """
    lawful = lot_file(session, SYSTEM, found.lot.reference, new.sold_on).next_price
    if lawful is None:
        raise unpriced(session, ", ".join(found.asset_refs), new.sold_on, field="price")
    price = lawful.lowest if lawful.highest is None else lawful.highest
    if new.price >= price:
        return
    key, article = lawful.rule_key, lawful.article
    if new.way is Way.AGREEMENT:
        rule = rule_on(session, AGREED_PRICE, new.sold_on)
        key, article = rule.key, rule.article
    raise PriceTooLow(
        _(
            "The price in force of %(lot)s is %(price)s (rule %(rule)s). Lawful without auction:"
            " this price or more."
        ),
        field="price",
        article=article,
        lot=found.lot.reference,
        price=price,
        rule=key,
    )


def refuse_before_co_owners(session: Session, found: OpenLot, on: date) -> None:
    """Refuse while co-owners may still buy first, or were never told (L25 Art. 83(1)).

    Raises CoOwnersFirst.
    """
    titles = titles_of(session, found.asset_ids, on)
    shared = [asset for asset, title in sorted(titles.items()) if title.co_owners]
    if not shared:
        return
    told = priorities_of(session, shared)
    for asset_id in shared:
        asset = session.get_one(Asset, asset_id)
        offers = [one for one in told if one.asset == asset.reference]
        if offers and all(one.ended_on is not None for one in offers):
            continue
        rule = rule_on(session, "coowner_priority_first", on, scope_of(AssetKind(asset.kind)))
        raise CoOwnersFirst(
            _(
                "%(asset)s has co-owners, who buy first (rule %(rule)s). Lawful: tell them, and"
                " sell it to another after they refused or their time is over."
            ),
            article=rule.article,
            asset=asset.reference,
            rule=rule.key,
        )

"""What of a price is not the debtor's: others' things sold with the land, and co-owners' shares.

L25 Art. 39(2)b, 81(2); L08 Art. 74(2), 113. It is paid before costs and ranks.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.lots.models import AuctionRound
from auction.valuations.parts import parts_of_price, worth_of
from inventory.base.errors import Unlawful
from inventory.base.messages import _
from inventory.base.money import share_out
from inventory.titles.queries import burdens_of, titles_of
from inventory.titles.rules import Burden, BurdenEnd, owners_parts
from inventory.titles.schemas import BurdenOut

THINGS, SHARE = "others_things_share", "coowner_share"


class ThingsWorthMore(Unlawful):
    """Others' things are valued above the whole that they were sold with."""

    code = "things_worth_more"


class OwnersPart(NamedTuple):
    """What an owner is due of what his asset brings, by which rule: of his things, or his share."""

    rule: Rule
    payee: str | None
    amount: Decimal
    asset_id: int

    @property
    def of_things(self) -> bool:
        """Whether it is for things sold with the land."""
        return self.rule.key == THINGS


def parts_of_owners(
    session: Session,
    lot_id: int,
    assets: Sequence[int],
    price: Decimal,
    on: date,
    *,
    sold_on: date | None = None,
) -> list[OwnersPart]:
    """What of a price of a lot is due to others than the debtor; to the đồng.

    Of what is sold by the title of that day, not by the buyer's. Raises ThingsWorthMore.
    """
    worth = worth_of(session, assets)
    things = parts_of_things(session, lot_id, price, worth, on)
    titles = titles_of(session, assets, on)
    if sold_on is not None:
        titles |= titles_of(session, assets, sold_on)
    if not titles:
        return things
    parts = parts_of_price(price, worth)
    for one in things:
        parts[one.asset_id] -= one.amount
    rule = rule_on(session, SHARE, on)
    shares = [
        OwnersPart(rule, owner.name, amount, asset)
        for asset, title in sorted(titles.items())
        for owner, amount in zip(
            title.co_owners,
            owners_parts(parts[asset], [one.share for one in title.co_owners]),
            strict=True,
        )
    ]
    return [*things, *shares]


def parts_of_things(
    session: Session, lot_id: int, price: Decimal, worth: dict[int, Decimal], on: date
) -> list[OwnersPart]:
    """Each owner's part of what the asset brings, as his things are to the whole.

    The whole is the asset as it was last valued, with what stands on it. Raises ThingsWorthMore.
    """
    burdens = burdens_of(session, sorted(worth)).items()
    sold = {asset: [one for one in found if _sold_along(one, on)] for asset, found in burdens}
    sold = {asset: found for asset, found in sold.items() if found}
    if not sold:
        return []
    rule = rule_on(session, THINGS, on)
    parts = parts_of_price(price, worth)
    wholes = {asset: worth[asset] for asset in sold}
    if not all(wholes.values()):
        started = parts_of_price(_first_price(session, lot_id) or price, worth)
        wholes = {asset: whole or started[asset] for asset, whole in wholes.items()}
    return [
        due
        for asset, found in sorted(sold.items())
        for due in _parts(asset, found, parts[asset], wholes[asset], rule)
    ]


def _sold_along(burden: BurdenOut, on: date) -> bool:
    return (
        burden.kind is Burden.OTHERS_THINGS
        and burden.ended_how is BurdenEnd.SOLD_WITH
        and burden.ended_on is not None
        and burden.ended_on <= on
    )


def _parts(
    asset_id: int, found: Sequence[BurdenOut], part: Decimal, whole: Decimal, rule: Rule
) -> list[OwnersPart]:
    values = [one.value or Decimal(0) for one in found]
    together = sum(values, Decimal(0))
    if together > whole:
        raise ThingsWorthMore(
            _(
                "Others' things are valued at %(things)s, the whole they were sold with at"
                " %(whole)s (rule %(rule)s). Lawful: the land and what stands on it are valued"
                " together, then the payout is proposed."
            ),
            article=rule.article,
            things=together,
            whole=whole,
            rule=rule.key,
        )
    amounts = share_out(part, [*values, whole - together])[:-1]
    return [
        OwnersPart(rule, one.holder, amount, asset_id)
        for one, amount in zip(found, amounts, strict=True)
    ]


def _first_price(session: Session, lot_id: int) -> Decimal | None:
    """What the lot was first offered at, if it was."""
    return session.scalar(
        select(AuctionRound.starting_price)
        .where(AuctionRound.lot_id == lot_id, AuctionRound.starting_price.is_not(None))
        .order_by(AuctionRound.number)
        .limit(1)
    )

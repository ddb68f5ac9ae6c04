"""What the owners of others' things are due that were sold with the land (L25 Art. 81(2))."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.lots.models import AuctionRound
from auction.payouts.planning import Due, parts_of_price
from auction.payouts.rules import LineKind, ThingsWorthMore
from auction.sales.models import Sale
from inventory.base.messages import _
from inventory.base.money import share_out
from inventory.disposals.models import Disposal, DisposalLine
from inventory.disposals.rules import Ending, Way
from inventory.titles.queries import burdens_of
from inventory.titles.rules import Burden, BurdenEnd
from inventory.titles.schemas import BurdenOut

RULE = "others_things_share"
UNCLAIMED = "unclaimed_to_state"


def others_things(session: Session, sale: Sale, worth: dict[int, Decimal], on: date) -> list[Due]:
    """Each owner's part of what the asset brought, as his things are to the whole; to the đồng.

    The whole is the asset as it was last valued, with what stands on it.
    Raises ThingsWorthMore.
    """
    burdens = burdens_of(session, sorted(worth)).items()
    sold = {asset: [one for one in found if _sold_along(one, on)] for asset, found in burdens}
    sold = {asset: found for asset, found in sold.items() if found}
    if not sold:
        return []
    rule = rule_on(session, RULE, on)
    parts = parts_of_price(sale.price, worth)
    wholes = {asset: worth[asset] for asset in sold}
    if not all(wholes.values()):
        started = parts_of_price(_first_price(session, sale), worth)
        wholes = {asset: whole or started[asset] for asset, whole in wholes.items()}
    return [
        due
        for asset, found in sorted(sold.items())
        for due in _dues(asset, found, parts[asset], wholes[asset], rule)
    ]


def _sold_along(burden: BurdenOut, on: date) -> bool:
    return (
        burden.kind is Burden.OTHERS_THINGS
        and burden.ended_how is BurdenEnd.SOLD_WITH
        and burden.ended_on is not None
        and burden.ended_on <= on
    )


def _dues(
    asset_id: int, found: Sequence[BurdenOut], part: Decimal, whole: Decimal, rule: Rule
) -> list[Due]:
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
        Due(
            kind=LineKind.OTHERS_THINGS,
            payee=one.holder,
            amount=amount,
            article=rule.article,
            confidence=rule.confidence.value,
            asset_id=asset_id,
        )
        for one, amount in zip(found, amounts, strict=True)
    ]


def _first_price(session: Session, sale: Sale) -> Decimal:
    """What the lot was first offered at; without a round what was paid for it."""
    first = session.scalar(
        select(AuctionRound.starting_price)
        .where(AuctionRound.lot_id == sale.lot_id, AuctionRound.starting_price.is_not(None))
        .order_by(AuctionRound.number)
        .limit(1)
    )
    return first or sale.price


def owners_of_returned(
    session: Session, money: Decimal, worth: dict[int, Decimal], on: date
) -> list[Due]:
    """What the owner is due of a thing the judgment gave back to him and nobody collected.

    It was sold because its time was over: the money is his, less the costs (L25 Art. 59(1)).
    """
    rows = session.execute(
        select(DisposalLine.asset_id, Disposal.party)
        .join(Disposal, Disposal.id == DisposalLine.disposal_id)
        .where(
            DisposalLine.asset_id.in_(worth),
            DisposalLine.ending == Ending.UNCLAIMED.value,
            Disposal.way == Way.RETURN.value,
        )
        .order_by(DisposalLine.asset_id, Disposal.id)
    )
    owners = {row.asset_id: row.party for row in rows}
    if not owners:
        return []
    rule, parts = rule_on(session, UNCLAIMED, on), parts_of_price(money, worth)
    return [
        Due(
            kind=LineKind.OWNER,
            payee=party,
            amount=parts[asset_id],
            article=rule.article,
            confidence=rule.confidence.value,
            asset_id=asset_id,
        )
        for asset_id, party in sorted(owners.items())
    ]

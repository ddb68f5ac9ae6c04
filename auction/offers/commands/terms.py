"""At what price and until when co-owners may buy first, and the notice that tells them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from auction.deadlines.queries import due_after
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Direction, Rule
from auction.lots.models import AuctionRound
from auction.offers.commands.common import OpenLot, is_running, part_in_lot
from auction.offers.models import PriorityOffer
from auction.offers.rules import NotUnderWay, OutOfTurn, TooLate
from auction.papers.commands import issue_paper
from auction.papers.schemas import PriorityNoticeData
from auction.valuations.queries import valuations_in_force
from auction.valuations.refusing import unpriced
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Party
from inventory.titles.schemas import TitleOut

FIRST, NEXT, PAY = "coowner_priority_first", "coowner_priority_next", "priority_pay"


class Offered(NamedTuple):
    """At what price and until when co-owners may buy: the first sale, or a round."""

    price: Decimal
    by: date
    rule: Rule
    held_round: AuctionRound | None


def terms_of(
    session: Session, actor: Actor, found: OpenLot | None, asset: Asset, told_on: date
) -> Offered:
    """The price and the time: of the first sale, or of the round that comes.

    Raises ValuationMissing, OutOfTurn, TooLate.
    """
    if found is None or found.last is None:
        scope = scope_of(AssetKind(asset.kind))
        rule = rule_on(session, FIRST, told_on, scope)
        price = valuations_in_force(session, actor, [asset.id], told_on).get(asset.id)
        if price is None:
            raise unpriced(session, asset.reference, told_on)
        return Offered(price.amount, due_after(session, FIRST, told_on, scope), rule, None)
    if not is_running(session, found.last):
        raise OutOfTurn(
            _("Schedule the next round first; they buy at its starting price."),
            **basis_on(session, NEXT, told_on),
        )
    rule = rule_on(session, NEXT, told_on)
    by = _until(session, found.last, rule, told_on)
    if by < told_on:
        raise TooLate(
            _("The co-owners may buy until %(day)s (rule %(rule)s)."),
            field="told_on",
            article=rule.article,
            day=by,
            rule=NEXT,
        )
    return Offered(_price_in_lot(session, actor, found, asset, told_on), by, rule, found.last)


def _until(session: Session, held_round: AuctionRound, rule: Rule, told_on: date) -> date:
    """The last day: counted back from the opening, or forward from the notice (Old)."""
    if rule.direction is not Direction.BEFORE:
        return due_after(session, NEXT, told_on)
    opens_on = local_day(held_round.opens_at) if held_round.opens_at else held_round.held_on
    if opens_on is None:
        raise NotUnderWay(_("The round has no day yet."))
    return due_after(session, NEXT, opens_on)


def _price_in_lot(
    session: Session, actor: Actor, found: OpenLot, asset: Asset, on: date
) -> Decimal:
    """The starting price of the round, or the asset's part of it by the values in force."""
    price = found.last.starting_price if found.last else None
    if price is None:
        raise NotUnderWay(_("The round has no starting price."))
    return part_in_lot(session, actor, found, asset.id, price, on=on)


def issue_notice(
    session: Session,
    actor: Actor,
    asset: Asset,
    title: TitleOut,
    offer: PriorityOffer,
    *,
    at: datetime,
) -> str:
    """Issue the notice of the right to buy first; its reference."""
    holders = tuple(
        Party(name=one.name, address=one.address, identity=one.identity) for one in title.co_owners
    )
    data = PriorityNoticeData(
        holders=holders,
        price=offer.to_pay,
        answer_until=offer.answer_by_on,
        share=str(title.debtors_share),
        pay_until=offer.pay_by_on,
    )
    paper = issue_paper(
        session,
        actor,
        PaperKind.PRIORITY_NOTICE,
        data,
        subject_kind="asset",
        subject_ref=asset.reference,
        office_id=asset.office_id,
        assets=[asset.reference],
        step_on=offer.told_on,
        at=at,
    )
    return paper.reference

"""What nobody auctioned is sold: directly, or taken by the creditor as the parties agree."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.life.handbook import step_forms
from auction.life.rules import Step
from auction.lots.commands import form_lot
from auction.lots.recalls import refuse_recall
from auction.lots.schemas import NewLot
from auction.offers.commands.common import OpenLot, close, due_or_none, open_lot
from auction.sales.announcing import check_announced
from auction.sales.commands.agreeing import NOTHING_AGREED, Agreed, agree, end_round
from auction.sales.commands.drawing import check_draw
from auction.sales.commands.minutes import issue_minutes
from auction.sales.commands.opening import mark_paid
from auction.sales.commands.overdue import PAY_LIMIT
from auction.sales.commands.pricing import refuse_before_co_owners, refuse_too_low
from auction.sales.commands.writing import append, check_day, check_positive, note, step
from auction.sales.models import Sale
from auction.sales.rules import Act, EntryKind, NotWithoutAuction, Way
from auction.sales.schemas import NewSale
from auction.valuations.pricing import sold_without_auction
from auction.valuations.queries import valuation_in_force_for_contract
from inventory.assets.models import Asset
from inventory.assets.queries import get_asset
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, Unlawful
from inventory.base.messages import _
from inventory.base.money import check_amount

GRANTED_BY = {Way.SETOFF: "setoff_from_reduction", Way.PRIORITY: "coowner_priority_first"}
"""Ways that follow from an offer and its answer: the rule that grants the right to it."""
BY_HAND = (Way.DIRECT, Way.AGREEMENT)
"""Ways that are recorded as a sale of their own, without an auction or an offer before."""
STEPS = {Way.DIRECT: Step.SOLD_WITHOUT_AUCTION, Way.AGREEMENT: Step.TAKEN_BY_AGREEMENT}


class FollowsItsOffer(Unlawful):
    """What a creditor or co-owner takes goes before through the offer, its answer and payment."""

    code = "follows_its_offer"


def register_sale(session: Session, actor: Actor, new: NewSale, *, at: datetime) -> Sale:
    """Record that a lot was sold without auction, or is taken by the creditor by agreement.

    Never below the price in force, never past the co-owners, never while a hold stops it; the
    program issues the minutes (L25 Art. 83(2)b, 86(1); L08 Art. 100(1), 101(4)). What somebody
    takes after an offer is no sale of its own: it follows from the offer (``open_taken``).
    Raises NotFound, SaleExists, FollowsItsOffer, OnHold, NotWithoutAuction, NoticeTooLate,
    ProcuracyNotTold, AssetInOpenLot, LotIsClosed, ValuationMissing, PriceTooLow, CoOwnersFirst,
    LotsNotDrawn, NotDrawnFirst, NotACreditor, ConsentMissing, OthersMustAgree, SumDiffers,
    RecallPending, SetOffOpen, TooLate, StepOutOfTurn, Invalid.
    """
    actor.require("sales.follow")
    _refuse_offered(session, new)
    _check_money(new)
    found = _lot_of(session, actor, new, at=at)
    lot = found.lot
    check_day(new.sold_on, lot.formed_on or new.sold_on, local_day(at), "sold_on")
    refuse_on_hold(session, found.asset_ids, Stopped.AUCTION, on=new.sold_on)
    refuse_recall(session, lot.id)
    refuse_too_low(session, found, new)
    refuse_before_co_owners(session, found, new.sold_on)
    drawn = check_draw(session, actor, new)
    agreed = agree(session, found, new) if new.way is Way.AGREEMENT else NOTHING_AGREED
    end_round(session, actor, found, new, at=at)
    sale = _write(session, actor, found, new, at=at)
    if drawn is not None:
        sale.draw = drawn
        note(session, actor, Act.LOTS_DRAWN, sale, drawn, at=at)
    sale.minutes, number = issue_minutes(session, actor, found, sale, agreed, at=at)
    sale.document = sale.document or number
    close(session, actor, found, new.sold_on, why=new.way.value, at=at)
    step(session, actor, sale, STEPS[new.way], new.sold_on, at=at, document=sale.document)
    _meet(session, actor, found, new, at=at)
    _set_off(session, actor, sale, agreed, at=at)
    data: dict[str, object] = {"way": new.way.value, "price": str(new.price)}
    data |= {"set_off": str(agreed.set_off), "minutes": sale.minutes}
    note(session, actor, Act.OPENED, sale, data, at=at)
    if agreed.set_off == new.price:
        mark_paid(session, actor, sale, new.sold_on, at=at)
    return sale


def _write(session: Session, actor: Actor, found: OpenLot, new: NewSale, *, at: datetime) -> Sale:
    sale = Sale(
        office_id=found.lot.office_id,
        lot_id=found.lot.id,
        way=new.way.value,
        buyer=new.buyer,
        buyer_identity=new.buyer_identity,
        buyer_address=new.buyer_address,
        price=new.price,
        sold_on=new.sold_on,
        document=new.document,
        others_document=new.others_document,
        announced_on=new.announced_on,
        announcement=new.announcement,
        procuracy_told_on=new.procuracy_told_on,
        procuracy_notice=new.procuracy_notice,
        due_on=due_or_none(session, PAY_LIMIT[new.way], new.sold_on),
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(sale)
    session.flush()
    return sale


def _meet(session: Session, actor: Actor, found: OpenLot, new: NewSale, *, at: datetime) -> None:
    """What was due for each asset by itself is done; the step meets what was due for the lot."""
    keys = step_forms()[STEPS[new.way]].meets
    for one in found.assets if keys else ():
        office_id = found.lot.office_id
        about = DeadlineSubject("asset", one.reference, office_id, asset_id=one.id)
        meet_by_act(session, actor, keys, about, met_on=new.sold_on, at=at)


def _set_off(session: Session, actor: Actor, sale: Sale, agreed: Agreed, *, at: datetime) -> None:
    if agreed.set_off:
        on, kind = sale.sold_on, EntryKind.SET_OFF
        amount, rule = agreed.set_off, agreed.rule
        paper = sale.document
        append(session, actor, sale, kind, on, amount=amount, document=paper, rule=rule, at=at)


def _check_money(new: NewSale) -> None:
    check_positive(new.price, "price")
    if new.set_off is None:
        return
    check_amount(new.set_off, field="set_off")
    if new.set_off > new.price:
        raise Invalid(_("No more is set off than the price."), field="set_off")
    if new.set_off and new.way is not Way.AGREEMENT:
        raise Invalid(_("Only a creditor who takes the asset sets off."), field="set_off")


def _refuse_offered(session: Session, new: NewSale) -> None:
    """What begins with the outcome of a round, or with an offer, is not entered here."""
    if new.way is Way.AUCTION:
        raise Invalid(_("A sale by auction begins with the outcome of its round."), field="way")
    key = GRANTED_BY.get(new.way)
    if key is None:
        return
    raise FollowsItsOffer(
        _(
            "What a creditor or co-owner takes is recorded with his offer, his answer and his"
            " payment, between the rounds of the lot; it then stands among the sales by itself"
            " (rule %(rule)s). Here: what is sold directly, or by agreement of the parties."
        ),
        field="way",
        **basis_on(session, key, new.sold_on),
    )


def _lot_of(session: Session, actor: Actor, new: NewSale, *, at: datetime) -> OpenLot:
    """The lot that is sold, locked; an asset that no lot offers yet gets one of its own."""
    if (new.lot is None) == (new.asset is None):
        raise Invalid(_("Name the lot, or the asset that is in none."), field="lot")
    subject = None
    if new.asset is not None:
        told = get_asset(session, actor, new.asset)
        alone = NewLot(assets=[told.reference], description=told.description)
        lot = form_lot(session, actor, alone, at=at)
        lot.formed_on = min(new.sold_on, local_day(at))
        subject = DeadlineSubject("asset", told.reference, lot.office_id, asset_id=told.id)
        session.flush()
        found = open_lot(session, actor, lot.reference)
    else:
        found = open_lot(session, actor, new.lot or "")
    if new.way is Way.DIRECT:
        _refuse_auctionable(session, found, new)
        check_announced(session, actor, new, subject or found.due, at=at)
    return found


def _refuse_auctionable(session: Session, found: OpenLot, new: NewSale) -> None:
    """Only a movable of small value or a perishable one is sold without auction."""
    on, numbers = new.sold_on, found.asset_ids
    prices = valuation_in_force_for_contract(session, numbers, on)
    for asset in session.scalars(select(Asset).where(Asset.id.in_(numbers)).order_by(Asset.id)):
        priced = prices.get(asset.id)
        if priced and sold_without_auction(session, asset, priced.amount, on):
            continue
        rule = rule_on(session, "non_auction_sale", on)
        raise NotWithoutAuction(
            _(
                "%(asset)s is neither perishable nor a movable of small value by its price and"
                " wage region: it is auctioned (rule %(rule)s)."
            ),
            field="way",
            article=rule.article,
            asset=asset.reference,
            rule=rule.key,
        )

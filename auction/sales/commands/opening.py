"""A sale begins: of itself with a round that is sold, or by an act where nobody auctioned."""

from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_limits
from auction.deadlines.queries import due_after
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.lots.commands import await_step, form_lot, lock_lot
from auction.lots.models import Lot
from auction.lots.schemas import NewLot
from auction.offers.rules import LotTaken
from auction.outcomes.rules import LotSold
from auction.sales.announcing import check_announced
from auction.sales.commands.writing import (
    append,
    check_day,
    check_positive,
    due_subject,
    note,
    step,
)
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import assets_of, delivery_limit
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
BEFORE_PAYMENT = {Way.DIRECT: Step.SOLD_WITHOUT_AUCTION}
SOLD = frozenset({State.SOLD_UNPAID, State.SOLD_PAID})


class FollowsItsOffer(Unlawful):
    """What a creditor or co-owner takes goes before through the offer, its answer and payment."""

    code = "follows_its_offer"


def open_sale(session: Session, event: LotSold) -> None:
    """Follow a round that is sold: the buyer owes the price (PA16 Art. 44, 46).

    Who won in a session is known as he registered; his deposit counts towards the price.
    """
    winner = event.winner
    sale = Sale(
        office_id=event.office_id,
        lot_id=event.lot_id,
        round_id=event.round_id,
        way=Way.AUCTION.value,
        bidder_id=winner.bidder_id if winner else None,
        buyer=event.buyer or "–",
        buyer_identity=winner.identity if winner else None,
        buyer_address=winner.address if winner else None,
        price=event.price,
        sold_on=event.sold_on,
        document=event.minutes,
        due_on=_due(session, "pay_due", event.sold_on),
        recorded_at=event.at,
        recorded_by_id=event.staff_id,
    )
    session.add(sale)
    session.flush()
    if winner and winner.deposit:
        kept = SaleEntry(
            sale_id=sale.id,
            office_id=sale.office_id,
            kind=EntryKind.DEPOSIT.value,
            happened_on=winner.deposit_on or event.sold_on,
            amount=winner.deposit,
            document=winner.deposit_document,
            words=event.buyer,
            recorded_at=event.at,
            recorded_by_id=event.staff_id,
        )
        session.add(kept)
        session.flush()


def open_taken(session: Session, event: LotTaken) -> None:
    """Follow a creditor or co-owner who has paid and takes a lot: it is to be delivered."""
    sale = Sale(
        office_id=event.office_id,
        lot_id=event.lot_id,
        way=(Way.SETOFF if event.setoff else Way.PRIORITY).value,
        buyer=event.taker,
        price=event.price,
        sold_on=event.on,
        document=event.document,
        recorded_at=event.at,
        recorded_by_id=event.actor.staff_id,
    )
    session.add(sale)
    session.flush()
    parts = {EntryKind.SET_OFF: event.price - event.paid, EntryKind.RECEIPT: event.paid}
    for kind, amount in parts.items():
        if amount > 0:
            append(
                session,
                event.actor,
                sale,
                kind,
                event.on,
                amount=amount,
                document=event.document,
                at=event.at,
            )
    mark_paid(session, event.actor, sale, event.on, at=event.at)


def register_sale(session: Session, actor: Actor, new: NewSale, *, at: datetime) -> Sale:
    """Record that a lot was sold without auction, or went to somebody by agreement.

    What a creditor or co-owner takes is no sale of its own: it follows from his offer, where his
    right, its terms and what he paid are checked (``open_taken``). L25 Art. 83(1)-(3), 86(1).
    Raises NotFound, SaleExists, FollowsItsOffer, OnHold, NotWithoutAuction, NoticeTooLate,
    ProcuracyNotTold, AssetInOpenLot, ValuationMissing, Invalid.
    """
    actor.require("sales.follow")
    _refuse_offered(session, new)
    _check_money(new)
    lot = _lot_of(session, actor, new, at=at)
    check_day(new.sold_on, lot.formed_on or new.sold_on, local_day(at), "sold_on")
    refuse_on_hold(session, assets_of(session, lot.id), Stopped.AUCTION, on=new.sold_on)
    sale = Sale(
        office_id=lot.office_id,
        lot_id=lot.id,
        way=new.way.value,
        buyer=new.buyer,
        buyer_identity=new.buyer_identity,
        buyer_address=new.buyer_address,
        price=new.price,
        sold_on=new.sold_on,
        document=new.document,
        announced_on=new.announced_on,
        announcement=new.announcement,
        procuracy_told_on=new.procuracy_told_on,
        procuracy_notice=new.procuracy_notice,
        due_on=_due(session, "pay_due", new.sold_on),
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(sale)
    session.flush()
    lot.closed_on = lot.closed_on or new.sold_on
    await_step(lot, None, None)
    _take_step(session, actor, sale, at=at)
    if new.set_off:
        kind = EntryKind.SET_OFF
        said = {"amount": new.set_off, "document": new.document}
        append(session, actor, sale, kind, new.sold_on, at=at, **said)  # type: ignore[arg-type]
    data: dict[str, object] = {"way": new.way.value, "price": str(new.price)}
    note(session, actor, Act.OPENED, sale, data | {"set_off": str(new.set_off)}, at=at)
    if new.set_off == new.price:
        mark_paid(session, actor, sale, new.sold_on, at=at)
    return sale


def _check_money(new: NewSale) -> None:
    check_positive(new.price, "price")
    check_amount(new.set_off, field="set_off")
    if new.set_off > new.price:
        raise Invalid(_("No more is set off than the price."), field="set_off")


def _refuse_offered(session: Session, new: NewSale) -> None:
    """What begins with the outcome of a round, or with an offer, is not entered here."""
    if new.way is Way.AUCTION:
        raise Invalid(_("A sale by auction begins with the outcome of its round."), field="way")
    key = GRANTED_BY.get(new.way)
    if key is None:
        return
    serving = [rule for rule in rules_in_use(session, key) if rule.serves(new.sold_on)]
    raise FollowsItsOffer(
        _(
            "What a creditor or co-owner takes is recorded with his offer, his answer and his"
            " payment, between the rounds of the lot; it then stands among the sales by itself"
            " (rule %(rule)s). Here: what is sold directly, or by agreement of the parties."
        ),
        field="way",
        article=serving[0].article if serving else None,
        rule=key,
    )


def _lot_of(session: Session, actor: Actor, new: NewSale, *, at: datetime) -> Lot:
    """The lot that is sold; an asset that no lot offers yet gets one of its own."""
    if (new.lot is None) == (new.asset is None):
        raise Invalid(_("Name the lot, or the asset that is in none."), field="lot")
    subject = None
    if new.asset is not None:
        told = get_asset(session, actor, new.asset)
        alone = NewLot(assets=[told.reference], description=told.description)
        lot = form_lot(session, actor, alone, at=at)
        lot.formed_on = min(new.sold_on, local_day(at))
        subject = DeadlineSubject("asset", told.reference, lot.office_id, asset_id=told.id)
    else:
        lot = lock_lot(session, actor, new.lot or "")
    if new.way is Way.DIRECT:
        _refuse_auctionable(session, lot, new.sold_on)
        check_announced(session, actor, new, subject or due_subject(lot), at=at)
    return lot


def _refuse_auctionable(session: Session, lot: Lot, on: date) -> None:
    """Only a movable of small value or a perishable one is sold without auction."""
    numbers = assets_of(session, lot.id)
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


def mark_paid(session: Session, actor: Actor, sale: Sale, on: date, *, at: datetime) -> None:
    """The price is paid in full: the time to deliver begins (D152/26 Art. 67(1))."""
    lot = session.get_one(Lot, sale.lot_id)
    way = Way(sale.way)
    limit = delivery_limit(session, way, on)
    sale.paid_on = on
    sale.delivery_due_on = sale.due_on = _due(session, limit, on)
    if standing(session, sale) is not State.SOLD_PAID and way is not Way.AGREEMENT:
        taken = Step.SETOFF_PAID if way is Way.SETOFF else Step.PAID
        step(session, actor, sale, taken, on, at=at)
    set_limits(session, actor, (limit,), on, due_subject(lot), at=at)
    session.flush()


def standing(session: Session, sale: Sale) -> State | None:
    """Where the assets of a sale stand, by the first of them."""
    assets = assets_of(session, sale.lot_id)
    found = standing_of(session, assets[:1])
    return State(found[assets[0]].state) if found else None


def _take_step(session: Session, actor: Actor, sale: Sale, *, at: datetime) -> None:
    taken = BEFORE_PAYMENT.get(Way(sale.way))
    if taken is not None and standing(session, sale) not in SOLD:
        step(session, actor, sale, taken, sale.sold_on, at=at, document=sale.document)


def _due(session: Session, key: str, on: date) -> date | None:
    with suppress(RuleUnknown, CalendarUnknown):
        return due_after(session, key, on)
    return None

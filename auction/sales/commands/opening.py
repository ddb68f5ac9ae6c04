"""A sale begins of itself: with a round that is sold, or with an offer that was taken and paid."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.offers.commands.common import due_or_none
from auction.offers.rules import LotTaken
from auction.outcomes.rules import LotSold
from auction.sales.commands.overdue import REST
from auction.sales.commands.writing import append, step
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import assets_of, delivery_limit
from auction.sales.rules import EntryKind, Way
from inventory.base.actor import Actor


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
        due_on=due_or_none(session, "pay_due", event.sold_on),
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


def mark_paid(session: Session, actor: Actor, sale: Sale, on: date, *, at: datetime) -> None:
    """The price is paid in full: the time to deliver begins (D152/26 Art. 67(1)).

    By agreement of the parties it began with the agreement. Of what is delivered before only the
    rest was owed that the taker had set off beyond his part.
    """
    lot = session.get_one(Lot, sale.lot_id)
    if sale.delivered_on is not None:
        meet_by_act(session, actor, REST, due_subject(lot), met_on=on, at=at)
        return
    way = Way(sale.way)
    limit = delivery_limit(session, way, on)
    agreed = way is Way.AGREEMENT
    sale.paid_on = on
    sale.delivery_due_on = sale.due_on = due_or_none(session, limit, sale.sold_on if agreed else on)
    stands = standing(session, sale)
    if stands is not State.SOLD_PAID:
        offered = way is Way.SETOFF and stands is not State.SOLD_UNPAID
        taken = Step.SETOFF_PAID if offered else Step.PAID
        step(session, actor, sale, taken, on, at=at)
    if not agreed:
        set_limits(session, actor, (limit,), on, due_subject(lot), at=at)
    session.flush()


def standing(session: Session, sale: Sale) -> State | None:
    """Where the assets of a sale stand, by the first of them."""
    assets = assets_of(session, sale.lot_id)
    found = standing_of(session, assets[:1])
    return State(found[assets[0]].state) if found else None

"""What undoes a sale: a result that is annulled, a settlement the buyer consents to, money back."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.life.rules import Step
from auction.lots.commands import await_step
from auction.lots.models import Lot
from auction.sales.commands.paying import offer_again
from auction.sales.commands.writing import append, check_day, check_positive, lock_sale, note, step
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import money_of, officer_in_charge
from auction.sales.rules import (
    Act,
    AnnulmentGround,
    ConsentMissing,
    DeliveredAlready,
    EntryKind,
    NotDeliverable,
    PaidTooMuch,
    ResultStands,
    SaleFellAway,
)
from auction.sales.schemas import NewAnnulment, NewReturn, NewSettlement
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.events import publish
from inventory.base.messages import _


def annul_result(
    session: Session, actor: Actor, sale_id: int, new: NewAnnulment, *, at: datetime
) -> Sale:
    """Annul the result on a ground of the law: both restore what they received (PA16 Art. 72, 73).

    The round keeps its number and counts as neither a sale nor a failure.
    Raises NotFound, SaleEnded, ResultStands, NotDeliverable, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id)
    check_day(new.cancelled_on, sale.sold_on, local_day(at), "cancelled_on")
    rule = rule_on(session, "annulment_grounds", new.cancelled_on)
    if new.ground.value not in rule.codes:
        raise ResultStands(
            _("On %(on)s that is no ground to annul a result (rule %(rule)s)."),
            field="ground",
            article=rule.article,
            on=new.cancelled_on,
            rule=rule.key,
        )
    if new.ground is AnnulmentGround.UNDELIVERABLE:
        _refuse_deliverable(sale, new.cancelled_on, rule)
    append(
        session,
        actor,
        sale,
        EntryKind.CANCELLED,
        new.cancelled_on,
        document=new.document,
        words=new.words or new.ground.value,
        rule=rule,
        at=at,
    )
    owed = _give_back(session, actor, sale, new.cancelled_on, at=at)
    on, ground = new.cancelled_on, new.ground.value
    step(session, actor, sale, Step.RESULT_CANCELLED, on, document=new.document, at=at)
    offer_again(session, actor, sale, ground=ground, article=rule.article, on=on, at=at)
    data: dict[str, object] = {"ground": ground, "document": new.document, "owed": str(owed)}
    note(session, actor, Act.CANCELLED, sale, data, at=at)
    return sale


def settle(
    session: Session, actor: Actor, sale_id: int, new: NewSettlement, *, at: datetime
) -> Sale:
    """Let the parties settle after the sale and before delivery; the buyer must consent.

    D152/26 Art. 14(2). Raises NotFound, SaleEnded, DeliveredAlready, ConsentMissing, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id)
    check_day(new.settled_on, sale.sold_on, local_day(at), "settled_on")
    if sale.delivered_on is not None:
        raise DeliveredAlready(_("The asset has been delivered."))
    rule = rule_on(session, "settlement_consent", new.settled_on)
    if not new.buyer_consent:
        raise ConsentMissing(
            _("After the sale the parties settle only with the buyer's consent (rule %(rule)s)."),
            field="buyer_consent",
            article=rule.article,
            rule=rule.key,
        )
    append(
        session,
        actor,
        sale,
        EntryKind.SETTLED,
        new.settled_on,
        document=new.document,
        words=new.buyer_consent,
        rule=rule,
        at=at,
    )
    owed = _give_back(session, actor, sale, new.settled_on, at=at)
    step(session, actor, sale, Step.AGREED, new.settled_on, document=new.document, at=at)
    article, on = rule.article, new.settled_on
    offer_again(session, actor, sale, ground="settled", article=article, on=on, at=at)
    lot = session.get_one(Lot, sale.lot_id)
    lot.closed_on = new.settled_on
    await_step(lot, None, None)
    data: dict[str, object] = {"document": new.document, "owed": str(owed)}
    note(session, actor, Act.SETTLED, sale, data, at=at)
    return sale


def return_money(
    session: Session, actor: Actor, sale_id: int, new: NewReturn, *, at: datetime
) -> SaleEntry:
    """Give money back to the buyer of a sale that fell away, or the interest that is his.

    Not before it fell away: until then nothing is owed back. Raises NotFound, PaidTooMuch, Invalid.
    """
    actor.require("sales.receive")
    sale = lock_sale(session, actor, sale_id, ended=True)
    check_positive(new.amount)
    ended_on = sale.cancelled_on or sale.defaulted_on or sale.sold_on
    check_day(new.returned_on, ended_on, local_day(at), "returned_on")
    money = money_of(session, sale.id, sale.price)
    owed = money.to_return - money.returned
    if new.amount > owed:
        raise PaidTooMuch(_("Only %(owed)s is to be given back."), field="amount", owed=owed)
    entry = append(
        session,
        actor,
        sale,
        EntryKind.RETURNED,
        new.returned_on,
        amount=new.amount,
        document=new.document,
        at=at,
    )
    data: dict[str, object] = {"amount": str(new.amount), "document": new.document}
    note(session, actor, Act.RETURNED, sale, data, at=at)
    return entry


def _give_back(session: Session, actor: Actor, sale: Sale, on: date, *, at: datetime) -> Decimal:
    """End the sale; all that came in is the buyer's, its interest too (D152/26 Art. 30(7))."""
    publish(session, SaleFellAway(actor, sale.id, at))
    money = money_of(session, sale.id, sale.price)
    owed = money.cash - money.interest_to_buyer
    sale.cancelled_on, sale.due_on = on, None
    sale.officer_id = officer_in_charge(session, sale)
    if owed:
        append(session, actor, sale, EntryKind.TO_RETURN, on, amount=owed, at=at)
    return owed


def _refuse_deliverable(sale: Sale, on: date, rule: Rule) -> None:
    due = sale.delivery_due_on
    if sale.delivered_on is not None or due is None or on <= due:
        raise NotDeliverable(
            _("The buyer may give the asset up only after the day of delivery has passed."),
            field="ground",
            **rule.basis,
        )

"""The buyer pays, is given more time, or does not pay: the engagement with him is cancelled."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.rules import Meaning
from auction.deadlines.commands import extend_deadline
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import due_date
from auction.legal_rules.queries import calendar, rule_on
from auction.legal_rules.rules import Rule
from auction.life.rules import Step
from auction.lots.commands import await_step
from auction.lots.models import AuctionRound, Lot
from auction.lots.rules import LotStep
from auction.outcomes.commands.rule_round import rule_round
from auction.sales.commands.correcting import refuse_corrected, refuse_paid_in, restore_set_off
from auction.sales.commands.keeping import refuse_returned
from auction.sales.commands.once import refuse_receipt_twice
from auction.sales.commands.opening import mark_paid
from auction.sales.commands.overdue import corrected_on, pay_rule, refuse_proposed
from auction.sales.commands.writing import append, check_day, check_positive, lock_sale, note, step
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import money_of, officer_in_charge
from auction.sales.rules import (
    PAID_IN,
    Act,
    ConsentMissing,
    DepositCarried,
    EntryKind,
    EntryReversed,
    InterestOwner,
    Money,
    NoExtension,
    PaidInFull,
    PaidTooMuch,
    PaymentNotDueYet,
    PaymentOverdue,
    ProceedsChange,
    SaleEnded,
)
from auction.sales.schemas import NewDefault, NewExtension, NewReceipt, NewReversal
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import FIRST_DAY
from inventory.base.errors import NotFound
from inventory.base.events import publish
from inventory.base.messages import _

REVERSIBLE = PAID_IN | {
    EntryKind.FORFEITED,
    EntryKind.KEPT_DECIDED,
    EntryKind.RETURNED,
    EntryKind.INTEREST,
}


def extend_payment(
    session: Session, actor: Actor, sale_id: int, new: NewExtension, *, at: datetime
) -> Sale:
    """Let the buyer pay later, where parties and buyer agree in his time (D152/26 Art. 65(1)).

    Raises NotFound, SaleEnded, PaidInFull, NoExtension, ConsentMissing, PaymentOverdue, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id)
    _refuse_paid(sale)
    today = local_day(at)
    rule = rule_on(session, "pay_due", today, "agreed")
    if corrected_on(session, sale) is not None:
        rule = pay_rule(session, sale)
    if rule.scope != "agreed":
        raise NoExtension(
            _("The law of %(on)s gives the buyer %(days)s days and no longer (rule %(rule)s)."),
            field="until",
            article=rule.article,
            on=today,
            days=rule.number,
            rule=rule.key,
        )
    _refuse_unagreed(sale, new, today, rule)
    latest = due_date(sale.sold_on, rule, calendar(session)).due_on
    check_day(new.until, sale.due_on or sale.sold_on, latest, "until")
    lot = session.get_one(Lot, sale.lot_id)
    for one in deadlines_of(session, actor, "lot", lot.reference):
        if one.rule_key == "pay_due" and one.met_on is None and one.started_on == sale.sold_on:
            document = new.document
            extend_deadline(session, actor, one.id, new.until, rule, document=document, at=at)
    sale.due_on, sale.default_proposed_on = new.until, None
    append(
        session,
        actor,
        sale,
        EntryKind.EXTENDED,
        today,
        document=new.document,
        words=new.until.isoformat(),
        rule=rule,
        at=at,
    )
    note(session, actor, Act.EXTENDED, sale, {"until": new.until.isoformat()}, at=at)
    return sale


def _refuse_unagreed(sale: Sale, new: NewExtension, today: date, rule: Rule) -> None:
    """All agree, within the time to pay; what was agreed in time may be entered after it."""
    if not (new.parties_agree and new.buyer_agrees):
        raise ConsentMissing(
            _("Both the parties and the buyer must have agreed to a longer time."),
            field="parties_agree",
            **rule.basis,
        )
    agreed_on = new.agreed_on or today
    check_day(agreed_on, sale.sold_on, today, "agreed_on")
    if sale.due_on is None or agreed_on <= sale.due_on:
        return
    raise PaymentOverdue(
        _(
            "The buyer's time to pay ended on %(due)s, before longer time was agreed on %(day)s"
            " (rule %(rule)s). Lawful: an agreement made by that day; else the engagement is"
            " cancelled."
        ),
        field="agreed_on",
        due=sale.due_on,
        day=agreed_on,
        **rule.basis,
    )


def receive(
    session: Session, actor: Actor, sale_id: int, new: NewReceipt, *, at: datetime
) -> SaleEntry:
    """Record money towards the price; with the last of it the sale is paid.

    Also what a taker pays in whose set-off was corrected, after the delivery too.
    After a default was proposed only what came in time is entered.
    Raises NotFound, SaleEnded, PaidInFull, ReceiptTwice, PaidTooMuch, PaymentOverdue, Invalid.
    """
    actor.require("sales.receive")
    sale = lock_sale(session, actor, sale_id)
    missing = money_of(session, sale.id, sale.price).missing
    if missing <= 0:
        _refuse_paid(sale)
    check_positive(new.amount)
    earliest = sale.sold_on if not new.is_deposit else FIRST_DAY
    check_day(new.received_on, earliest, local_day(at), "received_on")
    if sale.due_on is not None and new.received_on > sale.due_on:
        refuse_proposed(session, sale, "received_on")
    refuse_receipt_twice(session, sale, new)
    if new.amount > missing:
        raise PaidTooMuch(
            _("Only %(missing)s is still to be paid."), field="amount", missing=missing
        )
    if new.is_deposit and sale.bidder_id and money_of(session, sale.id, sale.price).deposit:
        raise DepositCarried(_("The winner's deposit is counted already."), field="is_deposit")
    kind = EntryKind.DEPOSIT if new.is_deposit else EntryKind.RECEIPT
    entry = append(
        session,
        actor,
        sale,
        kind,
        new.received_on,
        amount=new.amount,
        document=new.document,
        words=new.payer,
        at=at,
    )
    data: dict[str, object] = {"amount": str(new.amount), "document": new.document}
    note(session, actor, Act.RECEIVED, sale, data | {"deposit": new.is_deposit}, at=at)
    if new.amount == missing:
        mark_paid(session, actor, sale, max(new.received_on, sale.sold_on), at=at)
    return entry


def reverse_entry(
    session: Session, actor: Actor, sale_id: int, entry_id: int, new: NewReversal, *, at: datetime
) -> SaleEntry:
    """Undo an entry of money by a further one (C04/23 Art. 12(3)); a full payment stays.

    Of a sale that fell away what came in stays too: whose it is was decided by then.
    Raises NotFound, EntryReversed, PaidInFull, SaleEnded, PaidTooMuch, PayoutFrozen.
    """
    actor.require("sales.receive")
    sale = lock_sale(session, actor, sale_id, ended=True)
    entry = session.scalar(
        select(SaleEntry).where(SaleEntry.id == entry_id, SaleEntry.sale_id == sale.id)
    )
    if entry is None:
        raise NotFound(_("There is no such entry."))
    kind = EntryKind(entry.kind)
    undone = session.scalar(select(SaleEntry.id).where(SaleEntry.reverses_id == entry.id))
    if kind not in REVERSIBLE or undone is not None:
        raise EntryReversed(_("This entry was reversed before, or is none of money."))
    _refuse_standing(session, sale, entry, local_day(at))
    undoing = append(
        session,
        actor,
        sale,
        EntryKind.REVERSED,
        local_day(at),
        amount=-(entry.amount or Decimal(0)),
        owner=entry.owner,
        document=new.document,
        reverses_id=entry.id,
        at=at,
    )
    if kind is EntryKind.SET_OFF and (entry.amount or 0) < 0:
        restore_set_off(session, actor, sale, at=at)
    if kind is EntryKind.FORFEITED:
        _owe_back(session, actor, sale, entry, new.document, at=at)
    if kind is EntryKind.KEPT_DECIDED:
        sale.pending_since = sale.defaulted_on
    data: dict[str, object] = {"entry": entry.id, "kind": entry.kind, "document": new.document}
    note(session, actor, Act.REVERSED, sale, data, at=at)
    return undoing


def default_sale(
    session: Session, actor: Actor, sale_id: int, new: NewDefault, *, at: datetime
) -> Sale:
    """Cancel the engagement with a buyer who did not pay (D152/26 Art. 65(1)(5); D62 Art. 27(5)).

    The deposit is forfeited to whom the law of the day says, other payments are kept apart, and
    the lot waits for a new round at the same price (to be confirmed).
    Raises NotFound, SaleEnded, PaidInFull, PaymentNotDueYet, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id)
    _refuse_paid(sale)
    check_day(new.cancelled_on, sale.sold_on, local_day(at), "cancelled_on")
    where_to = rule_on(session, "forfeited_deposit", new.cancelled_on, "after_sale")
    _refuse_before_its_day(session, sale, new)
    money = _keep_what_was_paid(session, actor, sale, new, where_to, at=at)
    sale.defaulted_on, sale.officer_id = new.cancelled_on, officer_in_charge(session, sale)
    step(session, actor, sale, Step.DEFAULTED, new.cancelled_on, document=new.document, at=at)
    article, on = where_to.article, new.cancelled_on
    offer_again(session, actor, sale, ground="defaulted", article=article, on=on, at=at)
    data: dict[str, object] = {"document": new.document, "deposit": str(money.deposit)}
    data |= {"deposit_to": str(where_to.value), "kept_apart": str(money.receipts)}
    note(session, actor, Act.DEFAULTED, sale, data, at=at)
    return sale


def _refuse_before_its_day(session: Session, sale: Sale, new: NewDefault) -> None:
    if not new.refused_in_writing and sale.due_on and new.cancelled_on <= sale.due_on:
        rule = pay_rule(session, sale)
        raise PaymentNotDueYet(
            _("The buyer may pay until %(due)s; cancel after it (rule %(rule)s)."),
            field="cancelled_on",
            article=rule.article,
            due=sale.due_on,
            rule=rule.key,
        )


def _keep_what_was_paid(
    session: Session,
    actor: Actor,
    sale: Sale,
    new: NewDefault,
    where_to: Rule,
    *,
    at: datetime,
) -> Money:
    """The deposit is forfeited, other payments are kept apart until it is clear whose they are."""
    money = money_of(session, sale.id, sale.price)
    on, paper = new.cancelled_on, new.document
    append(session, actor, sale, EntryKind.DEFAULTED, on, document=paper, rule=where_to, at=at)
    if money.deposit:
        append(
            session,
            actor,
            sale,
            EntryKind.FORFEITED,
            on,
            amount=money.deposit,
            words=str(where_to.value),
            rule=where_to,
            document=paper,
            at=at,
        )
    if money.receipts:
        kind = EntryKind.KEPT_APART
        append(session, actor, sale, kind, on, amount=money.receipts, rule=where_to, at=at)
        sale.pending_since = on
    return money


def offer_again(
    session: Session,
    actor: Actor,
    sale: Sale,
    *,
    ground: str,
    article: str,
    on: date,
    at: datetime,
) -> None:
    """The round of a sale that fell away is neither a sale nor a failure: the lot opens again."""
    if sale.round_id is None:
        lot = session.get_one(Lot, sale.lot_id)
        lot.closed_on = None
        await_step(lot, LotStep.ROUND, on)
        session.flush()
        return
    held = session.get_one(AuctionRound, sale.round_id)
    rule_round(session, actor, held, Meaning.NEITHER, ground, article=article, on=on, at=at)


def _owe_back(
    session: Session,
    actor: Actor,
    sale: Sale,
    entry: SaleEntry,
    document: str,
    *,
    at: datetime,
) -> None:
    """A forfeiture that is annulled after payment is refunded (L25 Art. 57(2); C04/23 12(3))."""
    rule = rule_on(session, "forfeiture_annulled", local_day(at))
    append(
        session,
        actor,
        sale,
        EntryKind.TO_RETURN,
        local_day(at),
        amount=entry.amount,
        document=document,
        rule=rule,
        at=at,
    )


def _refuse_standing(session: Session, sale: Sale, entry: SaleEntry, today: date) -> None:
    """What came in stays where it is the ground of a delivery, a return or a payout."""
    kind, amount = EntryKind(entry.kind), entry.amount or Decimal(0)
    if entry.owner == InterestOwner.BUYER:
        rule = rule_on(session, "interest_owner", entry.happened_on)
        refuse_returned(session, sale, amount, rule)
        return
    if kind in PAID_IN or kind is EntryKind.INTEREST:
        _refuse_ended(session, sale)
    if kind is EntryKind.SET_OFF and amount < 0:
        refuse_paid_in(session, sale, entry)
    elif kind in PAID_IN:
        refuse_corrected(session, sale)
        _refuse_paid(sale)
    if kind is EntryKind.INTEREST and entry.owner == InterestOwner.DEBT:
        publish(session, ProceedsChange(sale.id, today))
    if kind is EntryKind.KEPT_DECIDED:
        ended = sale.defaulted_on or sale.sold_on
        rule = rule_on(session, "forfeited_deposit", ended, "after_sale")
        refuse_returned(session, sale, amount, rule)


def _refuse_ended(session: Session, sale: Sale) -> None:
    """Whose the money of a sale that fell away is was decided with its end, from what came in."""
    ended = sale.defaulted_on or sale.cancelled_on
    if ended is None:
        return
    if sale.defaulted_on:
        rule = rule_on(session, "forfeited_deposit", ended, "after_sale")
    else:
        rule = rule_on(session, "annulment_grounds", ended)
    raise SaleEnded(
        _(
            "This sale fell away on %(day)s, and what had come in was forfeited, kept apart or is"
            " to be given back (rule %(rule)s). Lawful: the forfeiture or the decision on the"
            " money kept is reversed, or money is given back."
        ),
        article=rule.article,
        day=ended,
        rule=rule.key,
    )


def _refuse_paid(sale: Sale) -> None:
    if sale.paid_on is not None:
        raise PaidInFull(_("The price is paid in full already."))

"""What a defaulting buyer paid beyond the deposit is kept apart until it is decided on."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.sales.commands.writing import append, check_day, lock_sale, note
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import money_of
from auction.sales.rules import Act, EntryKind, NothingKept, PaidTooMuch
from auction.sales.schemas import NewKeptDecision
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.money import check_amount


def decide_kept(
    session: Session, actor: Actor, sale_id: int, new: NewKeptDecision, *, at: datetime
) -> SaleEntry:
    """Decide by contract and civil law what of the money kept apart goes back to the buyer.

    The rest stays on the ground that is said (D152/26 Art. 65(5); D62 Art. 27(5)); a wrong
    decision is reversed. Raises NotFound, NothingKept, PaidTooMuch, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id, ended=True)
    on = new.decided_on
    rule = rule_on(session, "forfeited_deposit", sale.defaulted_on or on, "after_sale")
    if sale.pending_since is None or sale.defaulted_on is None:
        raise NothingKept(
            _(
                "No money of this sale waits for a decision (rule %(rule)s). Lawful: decide on what"
                " a buyer paid beyond the deposit before he defaulted, once."
            ),
            article=rule.article,
            rule=rule.key,
        )
    check_day(on, sale.defaulted_on, local_day(at), "decided_on")
    check_amount(new.amount, field="amount")
    kept = money_of(session, sale.id, sale.price).receipts
    if new.amount > kept:
        raise _too_much(rule, kept)
    sale.pending_since = None
    entry = append(
        session,
        actor,
        sale,
        EntryKind.KEPT_DECIDED,
        on,
        amount=new.amount,
        document=new.document,
        words=new.words,
        rule=rule,
        at=at,
    )
    data: dict[str, object] = {"document": new.document, "to_return": str(new.amount)}
    note(session, actor, Act.KEPT_DECIDED, sale, data | {"kept": str(kept)}, at=at)
    return entry


def refuse_returned(session: Session, sale: Sale, amount: Decimal, rule: Rule) -> None:
    """Refuse to undo the ground on which money was given back already.

    Raises PaidTooMuch.
    """
    money = money_of(session, sale.id, sale.price)
    if money.returned > money.to_return - amount:
        raise PaidTooMuch(
            _(
                "%(returned)s was given back already (rule %(rule)s). Lawful: reverse what was"
                " given back first."
            ),
            article=rule.article,
            returned=money.returned,
            rule=rule.key,
        )


def _too_much(rule: Rule, kept: Decimal) -> PaidTooMuch:
    return PaidTooMuch(
        _("Only %(kept)s is kept apart; the deposit is forfeited (rule %(rule)s)."),
        field="amount",
        article=rule.article,
        kept=kept,
        rule=rule.key,
    )

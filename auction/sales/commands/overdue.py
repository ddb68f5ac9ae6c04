"""What follows by itself when the buyer's time to pay is over: a default is proposed."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.sales.commands.writing import append, lock_sale, note
from auction.sales.models import Sale, SaleEntry
from auction.sales.rules import Act, EntryKind, PaymentOverdue, Way
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _

REST = "setoff_rest_pay"
"""The rule of the time in which a taker pays what he set off beyond his part."""
PAY_LIMIT = dict.fromkeys(Way, "pay_due") | {Way.AGREEMENT: "delivery_due_agreement"}
"""The rule of the time to pay: what is taken by agreement is paid by the day it is delivered."""


def propose_default(session: Session, actor: Actor, sale_id: int, *, at: datetime) -> bool:
    """Propose to the officer that the engagement is cancelled (D152/26 Art. 65(1)(5)); whether so.

    From then on nothing is delivered and no late money taken, until time is given or the
    engagement is cancelled. Again, or after the sale was paid or ended, it changes nothing.
    """
    sale = lock_sale(session, actor, sale_id, ended=True)
    today = local_day(at)
    if not is_overdue(sale, today) or sale.default_proposed_on is not None:
        return False
    rule = pay_rule(session, sale)
    sale.default_proposed_on = today
    session.flush()
    words = sale.due_on.isoformat() if sale.due_on else None
    kind = EntryKind.DEFAULT_PROPOSED
    append(session, actor, sale, kind, today, words=words, rule=rule, at=at)
    note(session, actor, Act.DEFAULT_PROPOSED, sale, {"due_on": words}, at=at)
    return True


def is_overdue(sale: Sale, today: date) -> bool:
    """Whether the buyer's time to pay is over and nothing was decided."""
    ended = sale.paid_on or sale.defaulted_on or sale.cancelled_on
    return ended is None and sale.due_on is not None and sale.due_on < today


def refuse_proposed(session: Session, sale: Sale, field: str | None = None) -> None:
    """Refuse what does not follow while a default is proposed.

    Raises PaymentOverdue.
    """
    if sale.default_proposed_on is None or sale.paid_on is not None:
        return
    rule = pay_rule(session, sale)
    raise PaymentOverdue(
        _(
            "The buyer's time to pay ended on %(due)s (rule %(rule)s) and a default is proposed"
            " since %(day)s. Lawful: longer time agreed by parties and buyer where the law gives"
            " it, or the engagement is cancelled."
        ),
        field=field,
        article=rule.article,
        due=sale.due_on or sale.default_proposed_on,
        rule=rule.key,
        day=sale.default_proposed_on,
    )


def corrected_on(session: Session, sale: Sale) -> date | None:
    """The day on which a taker was told to pay what he set off beyond his part, if that stands."""
    undone = aliased(SaleEntry)
    return session.scalar(
        select(func.max(SaleEntry.happened_on))
        .outerjoin(undone, undone.reverses_id == SaleEntry.id)
        .where(
            SaleEntry.sale_id == sale.id,
            SaleEntry.kind == EntryKind.SET_OFF.value,
            SaleEntry.amount < 0,
            undone.id.is_(None),
        )
    )


def pay_rule(session: Session, sale: Sale) -> Rule:
    """The rule of the time to pay: of the way of sale, or of what was set off beyond his part."""
    told = corrected_on(session, sale)
    if told is not None:
        return rule_on(session, REST, told)
    return rule_on(session, PAY_LIMIT[Way(sale.way)], sale.sold_on)

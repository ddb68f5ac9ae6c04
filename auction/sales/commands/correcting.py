"""A set-off beyond what the taker is owed: lowered to his part, the rest is claimed from him.

What he sets off is reckoned when he takes the asset; whom the law pays before him may come after
it (D152/26 Art. 66; JC11/16 Art. 7). The entry stays, a further one lowers it.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_limits, void_deadlines
from auction.legal_rules.queries import rule_on
from auction.life.rules import Step
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.offers.commands.common import due_or_none
from auction.sales.commands.opening import mark_paid
from auction.sales.commands.overdue import REST, corrected_on
from auction.sales.commands.writing import append, note, step
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import delivery_limit, money_of
from auction.sales.rules import Act, EntryKind, EntryReversed, Way
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _


def lower_set_off(
    session: Session,
    actor: Actor,
    sale: Sale,
    rest: Decimal,
    on: date,
    *,
    document: str,
    at: datetime,
) -> SaleEntry:
    """Part of the act that finds what is his: the price is unpaid again by what is not.

    What is not delivered waits for it, and falls back when he does not pay; what is delivered stays
    his, and he owes the rest.
    """
    rule = rule_on(session, REST, on)
    kind, paper = EntryKind.SET_OFF, document
    entry = append(session, actor, sale, kind, on, amount=-rest, document=paper, rule=rule, at=at)
    about = due_subject(session.get_one(Lot, sale.lot_id))
    if sale.delivered_on is None:
        limits = (delivery_limit(session, Way(sale.way), on), "bank_deposit_if_undelivered")
        if sale.way != Way.AGREEMENT:
            void_deadlines(session, actor, about, limits, at=at, why="setoff_corrected")
        sale.paid_on = sale.delivery_due_on = sale.default_proposed_on = None
        sale.due_on = due_or_none(session, REST, on)
        step(session, actor, sale, Step.SETOFF_CORRECTED, on, document=document, at=at)
    else:
        set_limits(session, actor, (REST,), on, about, at=at)
    session.flush()
    note(session, actor, Act.SETOFF_CORRECTED, sale, {"rest": str(rest), "paper": paper}, at=at)
    return entry


def restore_set_off(session: Session, actor: Actor, sale: Sale, *, at: datetime) -> None:
    """A correction was reversed: nothing is owed of it any more."""
    about = due_subject(session.get_one(Lot, sale.lot_id))
    void_deadlines(session, actor, about, (REST,), at=at, why="reversed")
    if sale.delivered_on is None and not money_of(session, sale.id, sale.price).missing:
        mark_paid(session, actor, sale, local_day(at), at=at)


def refuse_paid_in(session: Session, sale: Sale, entry: SaleEntry) -> None:
    """A correction is reversed only while nothing of the rest came in.

    Raises EntryReversed.
    """
    if money_of(session, sale.id, sale.price).missing < -(entry.amount or Decimal(0)):
        raise EntryReversed(_("Money came in on this correction; it is not reversed any more."))


def refuse_corrected(session: Session, sale: Sale) -> None:
    """What a correction was reckoned from stays while it stands.

    Raises EntryReversed.
    """
    if corrected_on(session, sale) is not None:
        raise EntryReversed(_("The set-off was corrected since; reverse the correction first."))

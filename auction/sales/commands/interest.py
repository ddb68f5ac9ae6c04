"""Interest on a price that lies on deposit: the debt's, or the buyer's, who is given it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on, rule_on
from auction.sales.commands.once import refuse_interest_twice
from auction.sales.commands.writing import append, check_day, check_positive, lock_sale, note
from auction.sales.interest import split_interest
from auction.sales.models import SaleEntry
from auction.sales.rules import (
    Act,
    EntryKind,
    InterestOwner,
    NotPaidInFull,
    ProceedsChange,
    SaleEnded,
)
from auction.sales.schemas import NewInterest
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.events import publish
from inventory.base.messages import _


def record_interest(
    session: Session, actor: Actor, sale_id: int, new: NewInterest, *, at: datetime
) -> list[SaleEntry]:
    """Enter interest: the debt's, but the buyer's while what is due is not delivered.

    What comes in after the result was annulled is the buyer's too. Raises NotFound, SaleEnded,
    NotPaidInFull, InterestTwice, OutsideDeposit, PayoutFrozen, Invalid.
    """
    actor.require("sales.receive")
    sale = lock_sale(session, actor, sale_id, ended=True)
    if sale.defaulted_on is not None:
        raise SaleEnded(_("This sale fell away; nothing more follows from it."))
    if sale.paid_on is None:
        raise NotPaidInFull(
            _("The price is not paid in full; a price lies on deposit once it is."),
            **basis_on(session, "interest_owner", new.from_on),
        )
    check_positive(new.amount)
    check_day(new.from_on, sale.paid_on, local_day(at), "from_on")
    check_day(new.to_on, new.from_on, local_day(at), "to_on")
    refuse_interest_twice(session, sale, new)
    rule = rule_on(session, "interest_owner", new.to_on)
    parts = Decimal(0), new.amount
    if sale.cancelled_on is None:
        due, delivered = sale.delivery_due_on, sale.delivered_on
        parts = split_interest(new.amount, new.from_on, new.to_on, due, delivered)
    if parts[0]:
        publish(session, ProceedsChange(sale.id, local_day(at)))
    span = f"{new.from_on.isoformat()}/{new.to_on.isoformat()}"
    entries = [
        append(
            session,
            actor,
            sale,
            EntryKind.INTEREST,
            new.to_on,
            amount=part,
            owner=owner.value,
            document=new.document,
            words=span,
            rule=rule,
            at=at,
        )
        for owner, part in zip(InterestOwner, parts, strict=True)
        if part
    ]
    data: dict[str, object] = {"debt": str(parts[0]), "buyer": str(parts[1])}
    note(session, actor, Act.INTEREST, sale, data, at=at)
    return entries

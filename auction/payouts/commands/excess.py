"""What a taker set off beyond the part that a payout gives him is claimed from him in money."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on
from auction.payouts.commands.proposing import refuse_stale
from auction.payouts.commands.resting import refuse_overtaken
from auction.payouts.models import Payout, PayoutLine
from auction.payouts.rules import SET_OFF_BY, NothingTooMuch
from auction.payouts.schemas import NewSetOffCorrection
from auction.sales.commands.correcting import lower_set_off
from auction.sales.commands.writing import check_day, lock_sale
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import money_of
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _


def correct_set_off(
    session: Session, actor: Actor, sale_id: int, new: NewSetOffCorrection, *, at: datetime
) -> SaleEntry:
    """Tell a taker to pay in what he set off beyond his part, in the time of ``setoff_rest_pay``.

    His part is that of the payout in force (D152/26 Art. 66; JC11/16 Art. 7). Raises NotFound,
    SaleEnded, NothingTooMuch, ProposalStale, ClaimsChanged, Invalid.
    """
    actor.require("payouts.propose")
    sale = lock_sale(session, actor, sale_id)
    check_day(new.told_on, sale.sold_on, local_day(at), "told_on")
    payout = _payout_of(session, sale.id)
    rest = excess_of(session, sale, payout) if payout else Decimal(0)
    if payout is None or rest <= 0:
        raise NothingTooMuch(
            _(
                "By the payout of this sale nothing was set off beyond the taker's part (rule"
                " %(rule)s). Lawful: propose the payout first, it says what is his."
            ),
            **basis_on(session, SET_OFF_BY, new.told_on),
        )
    if payout.approved_at is None:
        refuse_stale(session, actor, payout, sale)
    else:
        refuse_overtaken(session, payout, on=local_day(at))
    on, paper = new.told_on, new.document
    return lower_set_off(session, actor, sale, rest, on, document=paper, at=at)


def excess_of(session: Session, sale: Sale, payout: Payout) -> Decimal:
    """What of a set-off is in no line of a payout: the taker is not entitled to it."""
    his = session.scalar(
        select(func.coalesce(func.sum(PayoutLine.amount), 0)).where(
            PayoutLine.payout_id == payout.id, PayoutLine.set_off
        )
    )
    return money_of(session, sale.id, sale.price).set_off - Decimal(his or 0)


def _payout_of(session: Session, sale_id: int) -> Payout | None:
    return session.scalar(
        select(Payout)
        .where(Payout.sale_id == sale_id, Payout.withdrawn_at.is_(None))
        .order_by(Payout.version.desc())
        .limit(1)
    )

"""A year's rent of the only dwelling is left out only where a second person lets it."""

from datetime import datetime

from sqlalchemy.orm import Session

from auction.departures.commands import allow_departure
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.payouts.commands.reckoning import rent_of
from auction.payouts.rules import RentLeftOut
from auction.sales.models import Sale
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _

RENT = "one_year_rent"


def let_without_rent(session: Session, actor: Actor, sale: Sale, *, at: datetime) -> str | None:
    """Why a year's rent is not kept back, and who let it; None where nothing was to be kept.

    It is kept for a debtor who has no other means for a home (L25 Art. 89(2)). Raises RentLeftOut,
    HomeUnsaid, RentUnknown.
    """
    today = local_day(at)
    rent = rent_of(session, sale, today)
    if rent is None:
        return None
    rule = rule_on(session, RENT, today)
    refusal = RentLeftOut(
        _(
            "What was sold is the only dwelling of the debtor: %(rent)s is kept back for a year's"
            " rent (rule %(rule)s). Lawful: keep it back, or leave it out where a second person"
            " lets it."
        ),
        field="without_rent",
        rent=rent.amount,
        **rule.basis,
    )
    subject = due_subject(session.get_one(Lot, sale.lot_id))
    facts = {"rent": str(rent.amount), "source": rent.source}
    return allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts).words

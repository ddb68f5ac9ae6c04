"""What is refused where no price is in force, with the rule and the article of the day."""

from datetime import date

from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on
from auction.valuations.rules import (
    AGAIN,
    FIRST_PRICE,
    RevaluationOpen,
    ValuationMethod,
    ValuationMissing,
    WayNotLawful,
)
from auction.valuations.ways import LawfulWays
from inventory.base.messages import _


def unpriced(
    session: Session, reference: str, on: date, *, field: str | None = None
) -> ValuationMissing:
    """Nothing is offered that has no price in force."""
    return ValuationMissing(
        _(
            "No valuation and no agreed price is in force for %(reference)s. Lawful once it is"
            " valued, or the parties agree on a price."
        ),
        field=field,
        reference=reference,
        **basis_on(session, FIRST_PRICE, on),
    )


def priced_again(session: Session, reference: str, on: date) -> RevaluationOpen:
    """While a price is found again, the old one serves nothing."""
    return RevaluationOpen(
        _(
            "The price of %(reference)s is being found again. Lawful once the new price"
            " is recorded."
        ),
        reference=reference,
        **basis_on(session, AGAIN, on),
    )


def not_lawful(
    lawful: LawfulWays, way: ValuationMethod, reference: str, *, field: str | None = None
) -> WayNotLawful:
    """The law of the day does not price this asset in that way; the refusal names those it does."""
    return WayNotLawful(
        _(
            "“%(way)s” is not lawful for %(reference)s (%(class)s): rule %(rule)s. Lawful:"
            " %(lawful)s."
        ),
        field=field,
        article=lawful.rule.article,
        reference=reference,
        way=way,
        rule=lawful.rule.key,
        lawful=lawful.ways or "–",
        **{"class": lawful.price_class},
    )

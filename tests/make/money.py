"""Makes claims, sales and payouts through the commands."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from auction.claims.commands import record_claim
from auction.claims.models import Claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from inventory.cases.models import EnforcementCase
from tests.make.organisation import People

GRANTED_ON = date(2026, 7, 6)


def new_claim(principal: int = 600_000_000, **said: Any) -> NewClaim:
    """What is said of a bank's claim."""
    facts = {
        "kind": ClaimKind.OTHER,
        "creditor": "Ngân hàng Thử",
        "principal": Decimal(principal),
        "granted_on": GRANTED_ON,
        "asked_on": GRANTED_ON,
    }
    return NewClaim(**{**facts, **said})


def make_claim(
    session: Session,
    people: People,
    case: EnforcementCase,
    principal: int = 600_000_000,
    *,
    at: datetime,
    **said: Any,
) -> Claim:
    """A claim of a case."""
    return record_claim(session, people.officer, case.id, new_claim(principal, **said), at=at)

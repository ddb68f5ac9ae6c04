"""Makes a case with a claim and several seized assets of known value, through the commands."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from auction.claims.commands import change_claim
from auction.claims.models import Claim
from auction.claims.rules import EntryKind
from auction.claims.schemas import NewEntry
from auction.valuations.commands.record import record_valuation
from inventory.base.clock import local_day
from inventory.cases.models import EnforcementCase
from inventory.seizures.commands import seize_again
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import NewSeizure
from tests.make.auction import new_valuation
from tests.make.inventory import make_asset, make_case
from tests.make.money import make_claim
from tests.make.organisation import People


def make_owed_case(
    session: Session,
    people: People,
    owed: int | None,
    number: str = "48/QĐ-THADS",
    *,
    at: datetime,
) -> EnforcementCase:
    """A case in which so much is owed; with None no claim is recorded yet."""
    case = make_case(session, people.officer, number, at=at)
    if owed is not None:
        make_claim(session, people, case, owed, at=at)
    return case


def seize(
    session: Session,
    people: People,
    case: EnforcementCase,
    value: int | None = None,
    *,
    at: datetime,
    **said: Any,
) -> str:
    """A further asset seized for a case, valued where a value is given; its reference."""
    made = make_asset(session, people.officer, case, at=at, **said)
    if value is not None:
        record_valuation(session, people.officer, made.reference, new_valuation(value), at=at)
    return made.reference


def choose(
    session: Session,
    people: People,
    case: EnforcementCase,
    value: int | None,
    *,
    at: datetime,
    **said: Any,
) -> str:
    """An asset that the debtor asked to have seized, estimated at a value; its reference."""
    estimate = Decimal(value) if value is not None else None
    more = {"debtor_asked": True, "estimated_value": estimate, **said}
    return seize(session, people, case, at=at, **more)


def choose_again(
    session: Session,
    people: People,
    case: EnforcementCase,
    reference: str,
    value: int | None,
    *,
    at: datetime,
    **said: Any,
) -> Seizure:
    """An asset that is here already, seized for a further case because the debtor asked for it."""
    new = NewSeizure(
        case_number=case.decision_number,
        decision_number="37/QĐ-KB",
        decision_on=local_day(at),
        debtor_asked=True,
        estimated_value=Decimal(value) if value is not None else None,
        **said,
    )
    return seize_again(session, people.officer, reference, new, at=at)


def debtor_pays(
    session: Session, people: People, claim: Claim, amount: int, *, at: datetime
) -> None:
    """The debtor pays a part of what he owes."""
    paid = NewEntry(
        kind=EntryKind.PAID,
        principal=Decimal(amount),
        happened_on=local_day(at),
        document=f"BL-{amount}",
    )
    change_claim(session, people.officer, claim.id, paid, at=at)

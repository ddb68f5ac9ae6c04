"""Says that an asset is the only dwelling of a debtor who is a person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from inventory.titles.commands import record_home
from inventory.titles.models import AssetHome
from inventory.titles.schemas import NewHome
from tests.make.organisation import People


def only_home(
    session: Session, people: People, reference: str, *, at: datetime, **said: Any
) -> AssetHome:
    """The asset is the only dwelling; or what is said."""
    facts = {
        "from_on": date(2026, 1, 5),
        "document": "BB-XM 12",
        "only_home": True,
        "of_a_person": True,
        **said,
    }
    return record_home(session, people.officer, reference, NewHome(**facts), at=at)

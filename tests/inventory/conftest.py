"""A case, two places and headers, for tests that need nothing special."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from inventory.cases.models import EnforcementCase
from inventory.warehouses.models import Place
from tests.make.inventory import make_case, make_place
from tests.make.organisation import People, make_token


@pytest.fixture
def case(session: Session, people: People, at: datetime) -> EnforcementCase:
    """A case of the office."""
    return make_case(session, people.officer, at=at)


@pytest.fixture
def store(session: Session, people: People, at: datetime) -> Place:
    """A warehouse of the office."""
    return make_place(session, people.keeper, at=at)


@pytest.fixture
def shelf(session: Session, people: People, store: Place, at: datetime) -> Place:
    """A shelf in that warehouse."""
    return make_place(session, people.keeper, "K1-A", "Kệ A", inside=store, at=at)


@pytest.fixture
def foreign_store(session: Session, people: People, at: datetime) -> Place:
    """A warehouse of the other office; kept apart from the session, which may not see it."""
    place = make_place(session, people.foreign_keeper, "K9", "Kho khác", at=at)
    session.refresh(place)
    session.expunge(place)
    return place


@pytest.fixture
def bearer(session: Session, people: People, at: datetime) -> Callable[[str], dict[str, str]]:
    """Headers of somebody who is logged in."""

    def bearer(who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {make_token(session, people, who, at)}"}

    return bearer

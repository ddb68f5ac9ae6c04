"""A case, two places and headers, for tests that need nothing special."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.handovers.commands.transfers import send
from inventory.orders.rules import Purpose
from inventory.warehouses.models import Place
from service.auth.rules import COOKIE
from service.web.security import CSRF_COOKIE
from tests.inventory.sending import to
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.orders import order_out, order_to_send
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
def held(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> list[str]:
    """Three things on the shelf and two in the store itself."""
    places = [shelf, shelf, shelf, store, store]
    return [make_asset(session, people.keeper, case, at=at, place=p).reference for p in places]


@pytest.fixture
def things(
    session: Session, people: People, case: EnforcementCase, shelf: Place, at: datetime
) -> list[Registered]:
    """Two things on a shelf."""
    return [make_asset(session, people.keeper, case, place=shelf, at=at) for _i in range(2)]


@pytest.fixture
def purpose() -> Purpose:
    """What the order to let them out is for."""
    return Purpose.RETURNED


@pytest.fixture
def party() -> str:
    """Whom that order names as the taker."""
    return "Trần Văn Nợ"


@pytest.fixture
def order(
    session: Session, shelf: Place, things: list[Registered], purpose: Purpose, party: str
) -> str:
    """The order to let them out."""
    named = [thing.reference for thing in things]
    return order_out(session, shelf, *named, purpose=purpose, party=party)


@pytest.fixture
def in_store(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> list[Registered]:
    """Three things in the warehouse."""
    return [make_asset(session, people.keeper, case, place=store, at=at) for _i in range(3)]


@pytest.fixture
def sent(
    session: Session,
    people: People,
    store: Place,
    things: list[Registered],
    become: Callable[[Actor], Actor],
    at: datetime,
) -> str:
    """All the things on their way to the other office."""
    order = order_to_send(session, store, *(thing.reference for thing in things))
    keeper = become(people.keeper)
    return send(session, keeper, to("T02", things, order, at), at=at).reference


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


@pytest.fixture
def browse(
    client: TestClient, session: Session, people: People, at: datetime
) -> Iterator[Callable[[str], TestClient]]:
    """The browser of somebody who is logged in, ready to send forms."""

    def browse(who: str) -> TestClient:
        client.cookies.set(COOKIE, make_token(session, people, who, at))
        shown = client.get("/desk")
        client.headers["x-csrftoken"] = (
            shown.cookies.get(CSRF_COOKIE) or client.cookies[CSRF_COOKIE]
        )
        return client

    yield browse
    client.headers.pop("x-csrftoken", None)

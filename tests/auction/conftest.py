"""A clock that the test moves, and callers who stay logged in while it does."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.lots.models import Lot
from auction.reviews.commands import sweep
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from service.auth.models import LoginSession
from service.auth.rules import COOKIE
from service.web.security import CSRF_COOKIE
from tests.auction.rest import Caller, Time
from tests.make.auction import Auctioned, make_auctioned, make_formed_lot, new_round
from tests.make.organisation import People, make_token

AS_OF = date(2026, 11, 23)
"""The day on which flags are raised."""


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Time:
    """The program's clock shows the time of the test."""
    time = Time(at)
    monkeypatch.setattr(clock, "now", time)
    return time


@pytest.fixture
def call_as(
    client: TestClient, session: Session, people: People, time: Time
) -> Callable[[str], Caller]:
    """A caller of some role."""

    def call_as(who: str) -> Caller:
        token = make_token(session, people, who, time.at)
        session.execute(update(LoginSession).values(expires_at=time.at + timedelta(days=9999)))
        return Caller(client, token)

    return call_as


@pytest.fixture
def browse_as(
    client: TestClient, call_as: Callable[[str], Caller]
) -> Iterator[Callable[[str], TestClient]]:
    """The browser of a role, ready to send forms; it does not follow where it is sent."""

    def browse_as(who: str) -> TestClient:
        client.cookies.set(COOKIE, call_as(who).token)
        shown = client.get("/desk")
        client.headers["x-csrftoken"] = (
            shown.cookies.get(CSRF_COOKIE) or client.cookies[CSRF_COOKIE]
        )
        client.follow_redirects = False
        return client

    yield browse_as
    client.headers.pop("x-csrftoken", None)
    client.follow_redirects = True


@pytest.fixture
def item(session: Session, people: People, at: datetime) -> Auctioned:
    """An asset with five failed rounds and its flags."""
    item = make_auctioned(session, people.office, 5)
    sweep(lambda: nullcontext(session), SYSTEM, AS_OF, at=at)
    return item


@pytest.fixture
def inspector(become: Callable[[Actor], Actor], people: People, item: Auctioned) -> Actor:
    """The inspector of the centre, under his row-level security."""
    return become(people.inspector)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot of one movable worth a billion that waits for its first round."""
    return make_formed_lot(session, people, at=at)


@pytest.fixture
def opened(session: Session, people: People, lot: Lot, at: datetime) -> Lot:
    """A lot whose first round opened yesterday."""
    round_one = new_round(1_000_000_000, at - timedelta(days=1))
    schedule_round(session, people.officer, lot.reference, round_one, at=at)
    return lot

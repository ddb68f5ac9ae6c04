"""A clock that the test moves, and callers who stay logged in while it does."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from inventory.base import clock
from service.auth.models import LoginSession
from tests.auction.rest import Caller, Time
from tests.make.organisation import People, make_token


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

"""Stories that are told over REST."""

from datetime import UTC, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.base import clock

pytest.register_assert_rewrite("tests.journeys.rest")

from tests.journeys.rest import Story, make_story  # noqa: E402 - after its assertions can speak

BEGINNING = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
"""A Monday morning under the law of July 2026."""


@pytest.fixture
def story(client: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Story:
    """People who can log in, on the morning on which the story begins."""
    story = make_story(client, session, BEGINNING)
    monkeypatch.setattr(clock, "now", story)
    return story

"""Stories that are told over REST, and the office whose pages are walked."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from litestar.testing import TestClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from inventory.base import clock

pytest.register_assert_rewrite(
    "tests.journeys.rest",
    "tests.journeys.year",
    "tests.journeys.year_prices",
    "tests.journeys.year_rounds",
    "tests.journeys.year_money",
)

from tests.browsing import chromium  # noqa: E402
from tests.journeys.office import Served, served_office  # noqa: E402
from tests.journeys.page_ids import make_ids  # noqa: E402
from tests.journeys.pages import Ids  # noqa: E402
from tests.journeys.rest import Story, make_story  # noqa: E402 - after its assertions can speak

BEGINNING = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
"""A Monday morning under the law of July 2026."""


@pytest.fixture
def story(client: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Story:
    """People who can log in, on the morning on which the story begins."""
    story = make_story(client, session, BEGINNING)
    monkeypatch.setattr(clock, "now", story)
    return story


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration office as it is served."""
    with served_office(tmp_path_factory.mktemp("every-page")) as served:
        yield served


@pytest.fixture(scope="module")
def ids(walked: Served) -> Ids:
    """Ids of one of everything in the office."""
    return make_ids(walked)


@pytest.fixture(scope="module")
def walkers() -> Iterator[Browser]:
    """A browser for readers of every page."""
    with chromium() as browser:
        yield browser

"""A real PostgreSQL for every worker; each test runs in a transaction that is rolled back."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session, sessionmaker

from auction.legal_rules.commands import load_rules
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.base.direct import Direct
from service.app import create_app
from service.database import Database, act_as, ready
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests import prepared
from tests.apart import keep_pristine, scatter_ids
from tests.make.organisation import People, make_people

SHARED = Path(__file__).parents[2] / "shared"
LONGEST = (
    "test_pages_axe_others",
    "test_officers_year",
    "test_pages_axe",
    "test_stocktake_real_goods",
    "test_auction_machine",
    "test_labels_browser",
    "test_auctions_of_provinces",
    "test_imported",
    "test_working_day",
    "test_keeper_day",
    "test_demo_process",
    "test_demo",
    "test_cli_serve",
    "test_warehouse_machine",
    "test_web_browser",
    "test_web_conformance",
    "test_forms_auction",
    "test_routes",
    "test_rest_foreign",
    "test_organising_browser",
    "test_edge_cases",
    "test_forms_warehouse",
)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""The moment at which tests act: a Monday morning in Vietnam, under the new law."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The one process that gathers the tests makes the folder its workers share."""
    if not hasattr(config, "workerinput"):
        folder = prepared.begin()
        config.option.basetemp = config.option.basetemp or str(folder / "of-tests")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no worker is left with one at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else 99)


def pytest_collection_finish() -> None:
    """What was loaded stays: it is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """What was shared goes with the run."""
    if not hasattr(config, "workerinput"):
        prepared.end()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a throw-away database; it does not wait for the disk."""
    folder = tmp_path_factory.mktemp("kebien")
    server = EmbeddedServer(prepared.migrated(folder), options=prepared.HASTY).ensure()
    yield Settings(data_dir=folder, threads=4, cookie_secure=False, secret="of the tests")
    server.stop()


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Database]:
    """The migrated database with the legal rules loaded."""
    database = ready(settings)
    with database.transaction(SYSTEM) as session:
        load_rules(session, SYSTEM, at=AT)
    scatter_ids(database)
    keep_pristine(database)
    yield database
    database.close()


@pytest.fixture
def sessions(database: Database) -> Iterator[sessionmaker[Session]]:
    """Sessions inside one transaction that is rolled back after the test."""
    with database.engine.connect() as connection:
        outer = connection.begin()
        yield sessionmaker(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        outer.rollback()


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session of the program itself, which sees everything."""
    with sessions() as session:
        act_as(session, SYSTEM)
        yield session


def flowing_from(begin: datetime) -> Callable[[], datetime]:
    """A clock that goes on from a moment: what a test finds does not hang on the day it runs."""
    started = monotonic()
    return lambda: begin + timedelta(seconds=monotonic() - started)


@pytest.fixture
def at() -> datetime:
    """The moment at which the test acts."""
    return AT


@pytest.fixture
def today(at: datetime) -> date:
    """The legal day on which the test acts."""
    return at.date()


@pytest.fixture
def people(session: Session, at: datetime) -> People:
    """Two offices with one member of staff for every role, and actors made of them."""
    return make_people(session, at)


@pytest.fixture
def become(session: Session) -> Callable[[Actor], Actor]:
    """Let the session's transaction be another actor's, under its row-level security."""

    def become(actor: Actor) -> Actor:
        session.flush()
        session.expire_all()
        act_as(session, actor)
        return actor

    return become


@pytest.fixture(scope="session")
def app_client(settings: Settings, database: Database) -> Iterator[TestClient]:
    """The application, made once."""
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(
    app_client: TestClient, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """The application inside the test's transaction, with nobody logged in, at its moment."""
    monkeypatch.setattr(clock, "now", flowing_from(AT))
    database: Database = app_client.app.state["database"]
    real = database.sessions
    database.sessions = sessions
    app_client.cookies.clear()
    for name in ("authorization", "x-csrftoken", "accept-language"):
        app_client.headers.pop(name, None)
    yield app_client
    database.sessions = real


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the driver while the test runs."""
    sent: list[str] = []
    for kind in (psycopg.Cursor, psycopg.ServerCursor):
        monkeypatch.setattr(kind, "execute", _noting(sent, kind.execute))
    at_once = Direct._ask_at_once

    def note(asked: Direct, *rest: Any) -> Any:
        sent.append(asked.text)
        return at_once(asked, *rest)

    monkeypatch.setattr(Direct, "_ask_at_once", note)
    return sent


def _noting(sent: list[str], execute: Callable[..., Any]) -> Callable[..., Any]:
    def note(cursor: object, query: str | bytes, *rest: Any, **more: Any) -> Any:
        sent.append(query.decode() if isinstance(query, bytes) else query)
        return execute(cursor, query, *rest, **more)

    return note


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data beside the checkout; tests that need it are skipped without it."""
    folder = Path(os.environ.get("KEBIEN_SHARED", SHARED))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder

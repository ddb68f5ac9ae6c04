"""Real scheduler processes: one leads, a killed leader is followed, a start begins with a sweep."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from auction.reviews.models import Flag, SweepRun
from inventory.base.actor import SYSTEM
from inventory.organisation.models import Office
from service.database import Database, owner_engine
from service.settings import Settings, child_environment
from tests.apart import database_apart
from tests.make.auction import make_auctioned
from tests.make.organisation import make_office

TICKING = """
import sys
from datetime import timedelta
from sqlalchemy import text
from inventory.base.jobs import Job
from service import scheduler
from service.settings import Settings

name = sys.argv[1]

def act(transactions, key, at):
    with transactions() as session:
        session.execute(
            text("INSERT INTO number_series (office_id, series, year, last)"
                 " SELECT min(id), :name || clock_timestamp(), 1, 1 FROM office"), {"name": name})

def broken(transactions, key, at):
    raise RuntimeError(f"{key} cannot be done")

scheduler.run(Settings.from_env(), [
    scheduler.Entry(Job("test.broken", lambda session, at: ["one", "two"], broken),
                    every=timedelta(milliseconds=250)),
    scheduler.Entry(Job("test.tick", lambda session, at: ["tick"], act),
                    every=timedelta(milliseconds=250)),
])
"""


@pytest.fixture
def apart(database: Database) -> Iterator[Settings]:
    with database_apart(database) as settings:
        yield settings


@pytest.fixture
def kept(apart: Settings) -> Iterator[Database]:
    """The same database, seen from the test."""
    database = Database(apart)
    with database.transaction(SYSTEM) as session:
        make_office(session)
    yield database
    database.close()


@contextmanager
def scheduler(settings: Settings, *command: str) -> Iterator[subprocess.Popen[str]]:
    program = command or ("-m", "service", "scheduler")
    with subprocess.Popen(
        [sys.executable, *program],
        env=child_environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(true: Callable[[], object], seconds: float = 60) -> float:
    """Wait until something holds; how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - began


def ticking_since(kept: Database, moment: str) -> set[str]:
    with kept.transaction(SYSTEM, read_only=True) as session:
        rows = session.execute(
            text(
                "SELECT DISTINCT left(series, 1) FROM number_series"
                " WHERE CAST(substr(series, 2) AS timestamptz) > CAST(:moment AS timestamptz)"
            ),
            {"moment": moment},
        )
        return set(rows.scalars())


def database_time(kept: Database) -> str:
    with kept.transaction(SYSTEM, read_only=True) as session:
        return str(session.scalar(text("SELECT clock_timestamp()")))


def test_a_killed_leader_is_followed_and_only_one_leads(apart: Settings, kept: Database) -> None:
    start = database_time(kept)
    with scheduler(apart, "-c", TICKING, "A") as first:
        until(lambda: ticking_since(kept, start) == {"A"})
        with scheduler(apart, "-c", TICKING, "B"):
            time.sleep(2)
            assert ticking_since(kept, start) == {"A"}
            first.send_signal(signal.SIGKILL)
            killed = database_time(kept)
            until(lambda: "B" in ticking_since(kept, killed))
            assert ticking_since(kept, killed) == {"B"}


def test_a_failing_job_leaves_a_row_and_the_others_go_on(apart: Settings, kept: Database) -> None:
    start = database_time(kept)
    failed = text("SELECT key, attempts, last_error, next_try_at > last_failed_at FROM job_failure")
    with scheduler(apart, "-c", TICKING, "A") as process:
        until(lambda: ticking_since(kept, start) == {"A"})
        later = database_time(kept)
        until(lambda: ticking_since(kept, later) == {"A"})
        process.terminate()
        log = process.communicate()[1]
    with kept.transaction(SYSTEM, read_only=True) as session:
        rows = session.execute(failed).all()
    assert sorted(tuple(row) for row in rows) == [
        ("one", 1, "RuntimeError: one cannot be done", True),
        ("two", 1, "RuntimeError: two cannot be done", True),
    ]
    assert "test.broken one failed" in log
    assert "RuntimeError" in log
    assert process.returncode == 0


def test_a_start_begins_with_a_sweep_and_a_stop_is_clean(
    apart: Settings, kept: Database, at: datetime
) -> None:
    with kept.transaction(SYSTEM) as session:
        office = session.scalars(select(Office).limit(1)).one()
        make_auctioned(session, office, 5, start=(at - timedelta(days=300)).date())
    with scheduler(apart) as process:

        def swept() -> bool:
            with kept.transaction(SYSTEM, read_only=True) as session:
                return bool(session.scalar(select(func.count()).select_from(SweepRun)))

        until(swept)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with kept.transaction(SYSTEM, read_only=True) as session:
        assert list(session.scalars(select(Flag.tier).order_by(Flag.tier))) == [3, 5]


def test_a_leader_whose_connection_is_cut_leads_again(apart: Settings, kept: Database) -> None:
    start = database_time(kept)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    owner = owner_engine(apart)
    with scheduler(apart, "-c", TICKING, "A") as process:
        until(lambda: ticking_since(kept, start) == {"A"})
        kept.engine.dispose()
        with owner.connect() as connection:
            connection.execute(cut)
        time.sleep(1.5)
        later = database_time(kept)
        until(lambda: ticking_since(kept, later) == {"A"}, seconds=30)
        process.terminate()
        log = process.communicate()[1]
    owner.dispose()
    assert log.count(" leading") == 3  # it led, lost the lead, and led again

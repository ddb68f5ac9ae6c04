"""Sweeps that meet each other, a clerk, or their end: with real commits on real connections."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import rules_of
from auction.reviews import sweeping
from auction.reviews.commands import sweep
from auction.reviews.models import Flag, SweepRun
from inventory.base.actor import SYSTEM
from service.database import Database, owner_engine
from service.settings import Settings
from tests.apart import database_apart
from tests.make.auction import Auctioned, make_auctioned
from tests.make.organisation import make_office

DAY = date(2026, 11, 23)


@pytest.fixture
def apart(database: Database) -> Iterator[Settings]:
    with database_apart(database) as settings:
        yield settings


@pytest.fixture
def kept(apart: Settings) -> Iterator[Database]:
    """A database in which every transaction commits."""
    database = Database(apart, pool_size=8)
    yield database
    database.close()


@pytest.fixture
def items(kept: Database) -> list[Auctioned]:
    """Four assets with three failed rounds each."""
    with kept.transaction(SYSTEM) as session:
        office = make_office(session)
        start = DAY - timedelta(days=300)
        return [make_auctioned(session, office, 3, start=start) for _i in range(4)]


def count_flags(kept: Database) -> int:
    with kept.transaction(SYSTEM, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Flag)) or 0


def test_two_sweeps_at_once_do_the_work_once(
    kept: Database, items: list[Auctioned], at: datetime
) -> None:
    opened = 0
    inside, go_on = threading.Event(), threading.Event()

    @contextmanager
    def halting() -> Iterator[Session]:
        nonlocal opened
        opened += 1
        if opened == 4:  # the lock, the first look at the counters, one batch, and here
            inside.set()
            go_on.wait(10)
        with kept.transaction(SYSTEM) as session:
            yield session

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sweep, halting, SYSTEM, DAY, at=at, size=1)
        assert inside.wait(10)
        assert count_flags(kept) == 1
        second = sweep(partial(kept.transaction, SYSTEM), SYSTEM, DAY, at=at)
        go_on.set()
        done = first.result()
    assert second.running_elsewhere
    assert second.raised == 0
    assert (done.raised, done.running_elsewhere) == (4, False)
    assert count_flags(kept) == 4
    with kept.transaction(SYSTEM, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(SweepRun)) == 1


def test_many_sweeps_started_together_flag_each_asset_once(
    kept: Database, items: list[Auctioned], at: datetime
) -> None:
    start = threading.Barrier(3)

    def one() -> int:
        start.wait()
        return sweep(partial(kept.transaction, SYSTEM), SYSTEM, DAY, at=at, size=1).raised

    with ThreadPoolExecutor(3) as pool:
        raised = [future.result() for future in [pool.submit(one) for _i in range(3)]]
    assert sum(raised) == 4
    assert count_flags(kept) == 4


def raise_unguarded(kept: Database, order: sweeping.Order) -> None:
    """The batch without the lock of the sweep and of the rows, and without the constraint."""
    statement = sweeping._RAISE.format(
        runs=sweeping._DUE.replace("FOR UPDATE SKIP LOCKED", ""), moved=sweeping._MOVED, seen="run"
    )
    conflict = "ON CONFLICT (asset_id, rule_key, tier, run_number) DO NOTHING"
    assert conflict in statement
    with kept.transaction(SYSTEM) as session:
        sweeping._raise(text(statement.replace(conflict, "")), order, session, 0, 100)


def test_without_lock_and_constraint_two_sweeps_do_flag_twice(
    apart: Settings, kept: Database, items: list[Auctioned], at: datetime
) -> None:
    with kept.transaction(SYSTEM) as session:
        key = sweeping.RULE
        tiers = sweeping.tiers_of(rules_of(rules_in_use(session, key), key, DAY))
    order = sweeping.Order(SYSTEM, tiers, DAY, at)
    owner = owner_engine(apart)
    with owner.connect() as watch, ThreadPoolExecutor(2) as pool:
        watch.execute(
            text("ALTER TABLE flag DROP CONSTRAINT uq_flag_asset_id_rule_key_tier_run_number")
        )
        watch.commit()
        watch.execute(text("SELECT FROM failure_run FOR UPDATE"))
        both = [pool.submit(raise_unguarded, kept, order) for _i in range(2)]
        waited = all_waiting(watch, 2)
        watch.rollback()
        for future in both:
            future.result()
    owner.dispose()
    assert waited
    assert count_flags(kept) == 8


def all_waiting(watch: Connection, n: int) -> bool:
    """Whether within ten seconds so many transactions wait for a row."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _i in range(200):
        watch.execute(text("SELECT pg_stat_clear_snapshot()"))
        if watch.scalar(waiting) == n:
            return True
        time.sleep(0.05)
    return False


def test_a_sweep_does_not_wait_for_a_clerk_and_comes_back(
    kept: Database, items: list[Auctioned], at: datetime
) -> None:
    with kept.transaction(SYSTEM) as clerk:
        held = {"id": items[0].asset.id}
        clerk.execute(text("SELECT FROM failure_run WHERE asset_id = :id FOR UPDATE"), held)
        assert sweep(partial(kept.transaction, SYSTEM), SYSTEM, DAY, at=at).raised == 3
    assert sweep(partial(kept.transaction, SYSTEM), SYSTEM, DAY, at=at).raised == 1


def test_a_sweep_that_breaks_off_keeps_what_it_raised_and_is_taken_up_again(
    kept: Database, items: list[Auctioned], at: datetime
) -> None:
    opened = 0

    @contextmanager
    def breaking() -> Iterator[Session]:
        nonlocal opened
        opened += 1
        if opened == 5:
            raise ConnectionError("the machine stops")
        with kept.transaction(SYSTEM) as session:
            yield session

    with pytest.raises(ConnectionError):
        sweep(breaking, SYSTEM, DAY, at=at, size=1)
    assert count_flags(kept) == 2
    assert sweep(partial(kept.transaction, SYSTEM), SYSTEM, DAY, at=at).raised == 2
    assert count_flags(kept) == 4

"""Counters who meet: one upload at once many times, a scan at the end, two who open a place."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import func, select, text

from inventory.base.actor import SYSTEM
from inventory.stocktakes.commands import take_scans as taking
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.models import StocktakeScan
from inventory.stocktakes.queries.results import list_differences
from inventory.stocktakes.rules import AlreadyOpen, Phase, StocktakeClosed, Taken
from service.database import Database
from tests.concurrency.races import WAITS, at_once, wait_until
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import People, make_people
from tests.make.stocktakes import make_stocktake, scans_of, send

CLIENTS = 6


@dataclass
class Counted:
    """Committed: a store with things and its open stocktake."""

    people: People
    id: int
    reference: str
    store: int
    things: list[str]


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with lone_database(tmp_path_factory.mktemp("counts"), threads=CLIENTS) as database:
        yield database


@pytest.fixture(scope="module")
def people(lone: Database, at_of_module: datetime) -> People:
    with lone.transaction(SYSTEM) as session:
        return make_people(session, at_of_module)


@pytest.fixture(scope="module")
def at_of_module() -> datetime:
    return datetime(2026, 11, 23).astimezone()


@pytest.fixture
def counted(
    lone: Database, people: People, at: datetime, request: pytest.FixtureRequest
) -> Counted:
    name = request.node.name[-40:]
    with lone.transaction(SYSTEM) as session:
        case = make_case(session, people.officer, f"case {name}", at=at)
        store = make_place(session, people.keeper, f"K {name}", at=at)
        things = [
            make_asset(session, people.keeper, case, at=at, place=store).reference for _n in "abcd"
        ]
        made = make_stocktake(session, people.keeper, store, at=at)
        return Counted(people, made.id, made.reference, store.id, things)


def upload(lone: Database, counted: Counted, at: datetime, *, first: int = 1):
    with lone.transaction(counted.people.keeper) as session:
        scans = scans_of(counted.things, counted.store, at=at, first=first)
        return send(session, counted.people.keeper, counted.reference, scans, at=at)


def scans_in(lone: Database, counted: Counted, phase: Phase) -> int:
    s = StocktakeScan
    with lone.transaction(SYSTEM, read_only=True) as session:
        mine = select(func.count()).where(s.stocktake_id == counted.id, s.phase == phase)
        return session.scalar(mine) or 0


def test_one_upload_many_times_at_once_is_kept_once_and_always_answered(
    lone: Database, counted: Counted, at: datetime
) -> None:
    answers = []
    acts = [lambda: answers.append(upload(lone, counted, at)) for _n in range(CLIENTS)]
    assert at_once(acts) == [None] * CLIENTS
    taken = [scan.taken for answer in answers for scan in answer.scans]
    assert taken.count(Taken.KEPT) == len(counted.things)
    assert taken.count(Taken.REPEATED) == len(counted.things) * (CLIENTS - 1)
    assert scans_in(lone, counted, Phase.FIRST) == len(counted.things)


def test_the_end_of_the_first_count_waits_for_a_scan_that_is_coming_in(
    lone: Database, counted: Counted, at: datetime
) -> None:
    keeper = counted.people.keeper
    with lone.transaction(keeper) as coming, ThreadPoolExecutor(1) as pool:
        scans = scans_of(counted.things, counted.store, at=at)
        send(coming, keeper, counted.reference, scans, at=at)
        ending = pool.submit(end, lone, counted, at)
        assert wait_until(lone, "the end waits", WAITS)
        coming.commit()
        ending.result()
    with lone.transaction(keeper) as session:
        assert list_differences(session, counted.id).items == []


def test_control_without_the_lock_a_scan_of_the_first_count_is_missed(
    lone: Database, counted: Counted, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end does not wait: the things are scanned in the first count and differ all the same."""
    unlocked = taking._TAKE.text.replace("FOR KEY SHARE", "")
    device = "INSERT INTO stocktake_device"
    keeper = counted.people.keeper
    assert device in unlocked
    monkeypatch.setattr(
        taking,
        "_TAKE",
        type(taking._TAKE)(unlocked.replace("FROM st\n", "FROM st WHERE false\n", 1)),
    )
    with lone.transaction(keeper) as coming:
        scans = scans_of(counted.things, counted.store, at=at)
        send(coming, keeper, counted.reference, scans, at=at)
        with lone.transaction(keeper) as other:
            other.execute(text("SET LOCAL lock_timeout = '2s'"))
            end_first_count(other, keeper, counted.reference, at=at)
        coming.commit()
    assert scans_in(lone, counted, Phase.FIRST) == len(counted.things)
    with lone.transaction(keeper) as session:
        assert len(list_differences(session, counted.id).items) == len(counted.things)


def end(lone: Database, counted: Counted, at: datetime) -> None:
    keeper = counted.people.keeper
    with lone.transaction(keeper) as session:
        end_first_count(session, keeper, counted.reference, at=at)


def test_of_two_who_close_one_does(lone: Database, counted: Counted, at: datetime) -> None:
    people = counted.people
    upload(lone, counted, at)
    end(lone, counted, at)
    for who in (people.keeper, people.accountant):
        with lone.transaction(who) as session:
            sign_stocktake(session, who, counted.reference, at=at)

    def close() -> None:
        with lone.transaction(people.head) as session:
            close_stocktake(session, people.head, counted.reference, at=at)

    raised = [type(error) for error in at_once([close] * 3) if error]
    assert raised == [StocktakeClosed] * 2


def test_of_those_who_open_a_place_at_once_one_does(
    lone: Database, counted: Counted, at: datetime
) -> None:
    people, barrier = counted.people, threading.Barrier(3)
    with lone.transaction(SYSTEM) as session:
        session.execute(
            text("UPDATE stocktake SET closed_at = now() WHERE id = :id"), {"id": counted.id}
        )

    def open_it(_n: int) -> None:
        with lone.transaction(people.keeper) as session:
            barrier.wait(timeout=10)
            make_stocktake(session, people.keeper, counted.store, at=at)

    raised = [type(error) for error in at_once([partial(open_it, n) for n in range(3)]) if error]
    assert raised == [AlreadyOpen] * 2

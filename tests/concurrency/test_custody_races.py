"""Keepers who meet at one asset or one place, with real commits on real connections.

Each race comes with a control that shows the damage where the lock is missing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.direct import Direct
from inventory.base.errors import Conflict, DomainError
from inventory.custody import ledger
from inventory.custody.commands import move, take_in
from inventory.custody.models import CustodyEntry, Holding
from inventory.custody.rules import NotHeldHere
from inventory.custody.schemas import Move
from inventory.custody.verification import verify_chains
from inventory.warehouses.commands import close_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import PlaceIsClosed, PlaceNotEmpty
from service.database import Database
from tests.concurrency.races import WAITS, at_once, wait_until
from tests.make.inventory import make_asset, make_case, make_place, take_in_at
from tests.make.organisation import People, make_people

MOVERS = 8


@dataclass
class Warehouse:
    """Committed: an asset in a warehouse with shelves, and people."""

    people: People
    reference: str
    asset_id: int
    store: int
    shelves: list[int]


@pytest.fixture(scope="module")
def people(lone: Database) -> People:
    with lone.transaction(SYSTEM) as session:
        return make_people(session, datetime(2026, 11, 23).astimezone())


@pytest.fixture
def warehouse(
    lone: Database, people: People, at: datetime, request: pytest.FixtureRequest
) -> Warehouse:
    name = request.node.name[-40:]
    with lone.transaction(SYSTEM) as session:
        case = make_case(session, people.officer, f"case {name}", at=at)
        store = make_place(session, people.keeper, f"K {name}", at=at)
        shelves = [
            make_place(session, people.keeper, f"K {name} {n}", f"Kệ {n}", inside=store, at=at)
            for n in range(MOVERS)
        ]
        made = make_asset(session, people.keeper, case, at=at, place=store)
        return Warehouse(people, made.reference, made.id, store.id, [shelf.id for shelf in shelves])


def move_to(lone: Database, house: Warehouse, shelf: int, at: datetime) -> None:
    with lone.transaction(house.people.keeper) as session:
        new = Move(shelf, house.store, "Sắp xếp")
        move(session, house.people.keeper, house.reference, new, at=at)


def moves_of(lone: Database, house: Warehouse) -> int:
    with lone.transaction(SYSTEM, read_only=True) as session:
        assert verify_chains(session).first_fault is None
        mine = select(func.count()).where(CustodyEntry.asset_id == house.asset_id)
        return (session.scalar(mine) or 0) - 1


def test_of_many_movers_of_one_asset_one_wins(
    lone: Database, warehouse: Warehouse, at: datetime
) -> None:
    acts = [partial(move_to, lone, warehouse, shelf, at) for shelf in warehouse.shelves]
    raised = at_once(acts)
    assert [type(error) for error in raised if error] == [NotHeldHere] * (MOVERS - 1)
    assert moves_of(lone, warehouse) == 1


def test_control_without_the_lock_a_move_is_lost_or_refused_by_the_last_belt(
    lone: Database, warehouse: Warehouse, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without FOR UPDATE both movers read the same standing; only the ledger's key stops one."""
    unlocked = {
        asked: Direct(lock.text.replace(" FOR UPDATE OF h", ""))
        for asked, lock in ledger._LOCK.items()
    }
    monkeypatch.setattr(ledger, "_LOCK", unlocked)
    both_have_read = threading.Barrier(2)
    append = ledger.write_steps

    def append_late(*args: object, **kwargs: object) -> object:
        both_have_read.wait(timeout=10)
        return append(*args, **kwargs)

    monkeypatch.setattr(ledger, "write_steps", append_late)
    acts = [partial(move_to, lone, warehouse, shelf, at) for shelf in warehouse.shelves[:2]]
    raised = [error for error in at_once(acts) if error]
    assert len(raised) == 1
    assert isinstance(raised[0], DBAPIError), "the rule let both pass"
    assert raised[0].orig.sqlstate.startswith("23")


def test_control_a_holding_written_without_lock_and_ledger_loses_an_update(
    lone: Database, warehouse: Warehouse
) -> None:
    """What a plain read and write of the place does: both say they did it, one place is lost."""
    both_have_read = threading.Barrier(2)

    def write(shelf: int) -> int:
        with lone.transaction(SYSTEM) as session:
            holding = session.get_one(Holding, warehouse.asset_id)
            assert holding.place_id == warehouse.store
            both_have_read.wait(timeout=10)
            holding.place_id = shelf
            session.flush()
        return shelf

    raised = at_once([partial(write, shelf) for shelf in warehouse.shelves[:2]])
    assert raised == [None, None]
    with lone.transaction(SYSTEM) as session:
        assert verify_chains(session).first_fault is not None
        holding = session.get_one(Holding, warehouse.asset_id)
        holding.place_id = warehouse.store


def test_many_movers_to_one_shelf_never_wait_for_each_other_s_end(
    lone: Database, warehouse: Warehouse, at: datetime
) -> None:
    """Different assets, one shelf: all go through while the first mover keeps his transaction."""
    people, shelf = warehouse.people, warehouse.shelves[0]
    with lone.transaction(SYSTEM) as session:
        case = make_case(session, people.officer, f"many {warehouse.reference}", at=at)
        others = [
            make_asset(session, people.keeper, case, at=at, place=warehouse.store).reference
            for _i in range(MOVERS - 2)
        ]
    new = Move(shelf, warehouse.store, "x")

    def go(reference: str) -> None:
        with lone.transaction(people.keeper) as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            move(session, people.keeper, reference, new, at=at)

    with lone.transaction(people.keeper) as first:
        move(first, people.keeper, warehouse.reference, new, at=at)
        assert at_once([partial(go, reference) for reference in others]) == [None] * len(others)
    with lone.transaction(SYSTEM) as session:
        there = select(func.count()).where(Holding.place_id == shelf)
        assert session.scalar(there) == MOVERS - 1


def test_a_place_is_not_closed_under_what_is_being_brought_there(
    lone: Database, warehouse: Warehouse, at: datetime
) -> None:
    """Mover and closer meet in both orders; never does something lie in a closed place."""
    people = warehouse.people

    def close(shelf: int, first: threading.Event, go: threading.Event) -> None:
        with lone.transaction(people.keeper) as session:
            close_place(session, people.keeper, shelf, at=at)
            first.set()
            go.wait(timeout=10)

    closing, shelf = threading.Event(), warehouse.shelves[0]
    let_go = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        closer = pool.submit(close, shelf, closing, let_go)
        assert closing.wait(timeout=10)
        mover = pool.submit(move_to, lone, warehouse, shelf, at)
        assert wait_until(lone, "someone waits for a lock", WAITS)
        let_go.set()
        closer.result()
        with pytest.raises(PlaceIsClosed):
            mover.result()
    with lone.transaction(people.keeper) as bringing:
        open_shelf = warehouse.shelves[1]
        new = Move(open_shelf, warehouse.store, "x")
        move(bringing, people.keeper, warehouse.reference, new, at=at)
        with ThreadPoolExecutor(1) as pool:
            done = threading.Event()
            done.set()
            closer = pool.submit(close, open_shelf, threading.Event(), done)
            assert wait_until(lone, "the closer waits", WAITS)
            bringing.commit()
            with pytest.raises(PlaceNotEmpty):
                closer.result()


def test_of_two_who_take_in_the_same_asset_one_wins(
    lone: Database, warehouse: Warehouse, at: datetime
) -> None:
    people = warehouse.people
    with lone.transaction(SYSTEM) as session:
        case = make_case(session, people.officer, f"twice {warehouse.reference}", at=at)
        reference = make_asset(session, people.keeper, case, at=at).reference

    def act(shelf: int) -> None:
        with lone.transaction(people.keeper) as session:
            take_in(session, people.keeper, reference, take_in_at(shelf), at=at)

    raised = at_once([partial(act, shelf) for shelf in warehouse.shelves])
    refused = [error for error in raised if error]
    assert len(refused) == MOVERS - 1
    assert all(isinstance(error, Conflict) for error in refused)


def test_of_two_places_with_one_code_one_is_added(
    lone: Database, warehouse: Warehouse, at: datetime
) -> None:
    def add(_n: int) -> None:
        with lone.transaction(warehouse.people.keeper) as session:
            make_place(session, warehouse.people.keeper, "SAME", at=at)

    raised = [error for error in at_once([partial(add, n) for n in range(4)]) if error]
    assert len(raised) == 3
    assert all(isinstance(error, DomainError) for error in raised)
    with lone.transaction(SYSTEM) as session:
        assert count_of(session, "SAME") == 1


def count_of(session: Session, code: str) -> int:
    return session.scalar(select(func.count()).where(Place.code == code)) or 0

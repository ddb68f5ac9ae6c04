"""Counts of places while many move things and the job puts the counts together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.custody.commands import move
from inventory.custody.jobs import put_together
from inventory.custody.schemas import Move
from inventory.custody.verification import check_counts
from inventory.warehouses.queries import tree_of
from service.database import Database
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.organisation import People, make_people

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


MOVERS, MOVES, FOLDS = 4, 12, 25


class House:
    """A store with a shelf, and one thing of each mover in the store."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(SYSTEM) as session:
            self.people: People = make_people(session, AT)
            case = make_case(session, self.people.officer, at=AT)
            store = make_place(session, self.people.keeper, at=AT)
            shelf = make_place(session, self.people.keeper, "K1-A", "Kệ A", inside=store, at=AT)
            self.store, self.shelf = store.id, shelf.id
            keeper = self.people.keeper
            self.things = [
                make_asset(session, keeper, case, at=AT, place=store).reference
                for _n in range(MOVERS)
            ]

    def carry(self, thing: str, here: int, there: int) -> None:
        """One committed move."""
        keeper = self.people.keeper
        with self.database.transaction(keeper) as session:
            move(session, keeper, thing, Move(there, here, "x"), at=AT)

    def to_and_fro(self, thing: str) -> None:
        """An odd number of moves: the thing ends on the shelf."""
        here, there = self.store, self.shelf
        for _n in range(MOVES + 1):
            self.carry(thing, here, there)
            here, there = there, here

    def held(self, session: Session) -> tuple[int, int]:
        """How many things the pages say lie in the store and on the shelf."""
        rows = tree_of(session, self.people.keeper, self.people.office.id)
        found = {row.id: row.held for row in rows}
        return found[self.store], found[self.shelf]


@pytest.fixture(scope="module")
def house(lone: Database) -> House:
    return House(lone)


def fold(house: House) -> None:
    put_together(partial(house.database.transaction, SYSTEM), "places", AT)


def test_counts_stay_exact_while_they_are_put_together(house: House) -> None:
    """Movers on one shelf, two jobs at once, and a reader who never sees one too many or few."""
    seen: list[int] = []

    def folding() -> None:
        for _n in range(FOLDS):
            fold(house)

    def reading() -> None:
        for _n in range(FOLDS):
            with house.database.transaction(SYSTEM, read_only=True) as session:
                seen.append(sum(house.held(session)))
                assert check_counts(session) == []

    acts: list[Callable[[], None]] = [partial(house.to_and_fro, one) for one in house.things]
    with ThreadPoolExecutor(MOVERS + 3) as pool:
        for done in [pool.submit(act) for act in (*acts, folding, folding, reading)]:
            done.result(timeout=60)
    with house.database.transaction(SYSTEM) as session:
        assert house.held(session) == (0, MOVERS)
        assert check_counts(session) == []
    assert set(seen) == {MOVERS}


def test_control_counts_put_together_in_two_statements_lose_what_comes_between(
    house: House,
) -> None:
    both = threading.Barrier(2)

    def careless() -> None:
        with house.database.transaction(SYSTEM) as session:
            summed = session.execute(
                text("SELECT office_id, place_id, sum(n) AS n FROM place_count GROUP BY 1, 2")
            ).all()
            both.wait(timeout=10)
            both.wait(timeout=10)
            session.execute(text("DELETE FROM place_count"))
            for row in summed:
                session.execute(
                    text(
                        "INSERT INTO place_count (office_id, place_id, n)"
                        " VALUES (:office_id, :place_id, :n)"
                    ),
                    dict(row._mapping),
                )

    with ThreadPoolExecutor(1) as pool:
        folding = pool.submit(careless)
        both.wait(timeout=10)
        house.carry(house.things[0], house.shelf, house.store)
        both.wait(timeout=10)
        folding.result(timeout=30)
    with house.database.transaction(SYSTEM) as session:
        assert check_counts(session) == sorted([house.store, house.shelf])

"""How many things lie in a place: kept, not counted; exact whatever happens, checked by verify."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.backlog.queries import list_alarms
from inventory.backlog.rules import Alarm
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, release, take_in
from inventory.custody.jobs import due_counts, put_together
from inventory.custody.models import PlaceCount
from inventory.custody.schemas import Move
from inventory.custody.verification import check_counts
from inventory.warehouses.models import Place
from inventory.warehouses.queries import tree_of
from tests.make.inventory import make_asset, make_place, release_from, take_in_at
from tests.make.organisation import People


def held(session: Session, people: People) -> dict[int, int]:
    """What the page of the warehouses says."""
    return {row.id: row.held for row in tree_of(session, people.keeper, people.office.id)}


def fold(session: Session, at: datetime) -> None:
    @contextmanager
    def same() -> Iterator[Session]:
        yield session

    put_together(same, "places", at)


@pytest.fixture
def moved(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    """Four things: two on the shelf, one in the store, one gone; one more was never taken in."""
    keeper = people.keeper
    make_asset(session, keeper, case, at=at)
    stays, late, goes, leaves = [
        make_asset(session, keeper, case, at=at, place=place)
        for place in (store, None, store, shelf)
    ]
    take_in(session, keeper, late.reference, take_in_at(shelf.id), at=at)
    move(session, keeper, goes.reference, Move(shelf.id, store.id, "x"), at=at)
    release(
        session, keeper, leaves.reference, release_from(session, shelf, leaves.reference), at=at
    )
    assert stays.reference


@pytest.mark.usefixtures("moved")
def test_every_act_of_custody_is_counted(
    session: Session, people: People, store: Place, shelf: Place, at: datetime
) -> None:
    assert held(session, people) == {store.id: 1, shelf.id: 2}
    assert check_counts(session) == []


@pytest.mark.usefixtures("moved")
def test_putting_the_counts_together_changes_none(
    session: Session, people: People, store: Place, shelf: Place, at: datetime
) -> None:
    before = held(session, people)
    assert due_counts(session, at) == ["places"]
    fold(session, at)
    assert due_counts(session, at) == []
    assert held(session, people) == before
    assert check_counts(session) == []
    rows = session.execute(select(PlaceCount.place_id, PlaceCount.n)).all()
    assert sorted(map(tuple, rows)) == sorted([(store.id, 1), (shelf.id, 2)])


@pytest.mark.usefixtures("moved")
def test_a_wrong_count_is_found(session: Session, store: Place, shelf: Place) -> None:
    """Control: what verify compares is not what it compares with."""
    session.execute(text("INSERT INTO place_count (office_id, place_id, n) VALUES (1, 1, 0)"))
    assert check_counts(session) == []
    session.execute(
        text("UPDATE holding SET place_id = :there WHERE place_id = :here"),
        {"here": store.id, "there": shelf.id},
    )
    assert check_counts(session) == sorted([store.id, shelf.id])


@pytest.mark.usefixtures("moved")
def test_a_full_room_is_known_from_the_counts_of_all_inside(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    other = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    store.capacity, other.capacity = 3, 1
    session.flush()
    full = list_alarms(session, people.keeper, Alarm.ROOM_FULL, at=at).items
    assert [(row.ref, row.figure) for row in full] == [(store.code, "100")]


def test_another_office_sees_no_counts(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    make_asset(session, people.keeper, case, at=at, place=store)
    session.execute(text("SELECT kebien_act('', '{4711}', false, false)"))
    assert session.scalars(select(PlaceCount)).all() == []

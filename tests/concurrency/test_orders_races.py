"""Keepers who meet at the last piece of an order, with real commits on real connections."""

import threading
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.assets import commands as assets
from inventory.base.actor import SYSTEM
from inventory.base.direct import Direct
from inventory.custody.commands import impede, release, take_in
from inventory.custody.rules import Hindrance, Impeded
from inventory.custody.schemas import NewImpediment, TakeIn
from inventory.orders.commands.signing import refuse_order
from inventory.orders.models import OrderBalance
from inventory.orders.rules import OrderInUse, OrderIsClosed, OrderUsedUp, line_ref
from inventory.orders.schemas import Closing
from inventory.warehouses.models import Place
from service.database import Database
from tests.concurrency.races import at_once
from tests.make.inventory import make_asset, make_case, make_place, release_from
from tests.make.orders import order_in
from tests.make.organisation import People, make_people

MANY = 6


@pytest.fixture(scope="module")
def people(lone: Database) -> People:
    with lone.transaction(SYSTEM) as session:
        return make_people(session, datetime(2026, 11, 23).astimezone())


@pytest.fixture
def store(lone: Database, people: People, at: datetime, request: pytest.FixtureRequest) -> Place:
    """A committed warehouse, with a case under the same name."""
    name = request.node.name[-40:]
    with lone.transaction(SYSTEM) as session:
        make_case(session, people.officer, name, at=at)
        place = make_place(session, people.keeper, name, at=at)
        session.refresh(place)
        session.expunge(place)
    return place


def used(session: Session, order: str) -> int:
    held = select(OrderBalance.used).join(
        OrderBalance.metadata.tables["warehouse_order"],
        OrderBalance.metadata.tables["warehouse_order"].c.id == OrderBalance.order_id,
    )
    named = OrderBalance.metadata.tables["warehouse_order"].c.reference == line_ref(order).order
    return int(session.scalars(held.where(named)).one())


def register(lone: Database, people: People, store: Place, line: str, at: datetime) -> None:
    with lone.transaction(people.keeper) as session:
        come = TakeIn(store.id, "A", "x", order=line)
        make_asset(session, people.keeper, store.code, at=at, take_in=come)


def test_the_last_pieces_of_a_line_go_to_as_many_as_there_are(
    lone: Database, people: People, store: Place, at: datetime
) -> None:
    with lone.transaction(SYSTEM) as session:
        line = f"{order_in(session, store, pieces=2)}/1"
    raised = at_once([partial(register, lone, people, store, line, at)] * MANY)
    assert sorted(type(e).__name__ for e in raised if e) == ["OrderUsedUp"] * (MANY - 2)
    assert all(isinstance(e, OrderUsedUp) for e in raised if e)
    with lone.transaction(SYSTEM) as session:
        assert used(session, line) == 2


def test_control_without_the_lock_a_piece_is_counted_once_for_two(
    lone: Database, people: People, store: Place, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the same balance and both write it: two pieces went in, one is counted."""
    unlocked = assets._CONTEXT.text.replace(" FOR UPDATE OF b FOR KEY SHARE OF o", "")
    monkeypatch.setattr(assets, "_CONTEXT", Direct(unlocked))
    with lone.transaction(SYSTEM) as session:
        line = f"{order_in(session, store, pieces=2)}/1"
    both_have_read = threading.Barrier(2)
    rows = assets._rows

    def rows_late(*args: object, **kwargs: object) -> object:
        both_have_read.wait(timeout=10)
        return rows(*args, **kwargs)

    monkeypatch.setattr(assets, "_rows", rows_late)
    raised = at_once([partial(register, lone, people, store, line, at)] * 2)
    assert [e for e in raised if e and not isinstance(e, DBAPIError)] == []
    with lone.transaction(SYSTEM) as session:
        assert used(session, line) == 1


def test_an_order_is_recalled_or_used_but_never_both(
    lone: Database, people: People, store: Place, at: datetime
) -> None:
    with lone.transaction(SYSTEM) as session:
        ref = make_asset(session, people.keeper, store.code, at=at).reference
        order = order_in(session, store, ref)

    def use() -> None:
        with lone.transaction(people.keeper) as session:
            come = TakeIn(store.id, "A", "x", order=order)
            take_in(session, people.keeper, ref, come, at=at)

    def recall() -> None:
        with lone.transaction(people.head) as session:
            refuse_order(session, people.head, order, Closing(reason="Thu hồi lệnh"), at=at)

    raised = [error for error in at_once([use, recall]) if error]
    assert len(raised) == 1
    assert isinstance(raised[0], OrderIsClosed | OrderInUse)
    with lone.transaction(SYSTEM) as session:
        assert used(session, order) == (0 if isinstance(raised[0], OrderIsClosed) else 1)


def test_an_impediment_raised_first_stops_who_waits_for_the_asset(
    lone: Database, people: People, store: Place, at: datetime
) -> None:
    """The keeper waits for the row and then sees what was raised meanwhile, not what was there."""
    with lone.transaction(SYSTEM) as session:
        ref = make_asset(session, people.keeper, store.code, at=at, place=store).reference
        leaving = release_from(session, store, ref)
    raised_it, done = threading.Event(), threading.Event()

    def stop() -> None:
        with lone.transaction(people.keeper) as session:
            new = NewImpediment(code=Hindrance.DISPUTED, reason="Tranh chấp")
            impede(session, people.keeper, [ref], new, at=at)
            raised_it.set()
            done.wait(timeout=1)

    def leave() -> None:
        raised_it.wait(timeout=10)
        with lone.transaction(people.keeper) as session:
            release(session, people.keeper, ref, leaving, at=at)

    stopped, left = at_once([stop, leave])
    assert stopped is None
    assert isinstance(left, Impeded)

"""Transfers: sent with a carrier, in transit, received item by item."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.custody.commands import release, take_in
from inventory.custody.models import Impediment
from inventory.custody.queries import get_holding, list_chain
from inventory.custody.rules import IsAway, NotInCustody
from inventory.custody.verification import verify_chains
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.transfers import send
from inventory.handovers.queries.transfers import (
    count_late_transfers,
    count_on_the_way,
    get_transfer,
    list_transfers,
)
from inventory.handovers.rules import (
    AlreadySaid,
    Arrival,
    NotTheReceiver,
    ReasonMissing,
    SignatureMissing,
    TransferDone,
)
from inventory.handovers.schemas import LineArrival, NewArrivals, NewTransfer
from inventory.orders.rules import OrderForSomebodyElse, OrderNeeded
from inventory.papers.models import Paper
from inventory.papers.rules import Proof
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_place, release_from, take_in_at
from tests.make.orders import arrival_order, order_to_send
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def other(session: Session, people: People, at: datetime) -> Place:
    """A second warehouse of the office."""
    return make_place(session, people.keeper, "K2", "Kho số 2", at=at)


@pytest.fixture
def things(other: Place, in_store: list[Registered]) -> list[Registered]:
    """Three things in the first warehouse."""
    return in_store


@pytest.fixture
def order(session: Session, store: Place, things: list[Registered]) -> str:
    """The order to let them out."""
    return order_to_send(session, store, *(thing.reference for thing in things))


def to(
    place: Place, things: list[Registered], signed: str, at: datetime, **said: object
) -> NewTransfer:
    facts: dict[str, object] = {
        "to_place_id": place.id,
        "order": signed,
        "reason": "Sắp xếp lại kho",
        "expected_on": (at + timedelta(days=1)).date(),
        "assets": tuple(thing.reference for thing in things),
        "carrier_name": "Phạm Văn Chở",
        "carrier_post": "Lái xe",
        "carrier_proof": Proof.CITIZEN_CARD,
    }
    return NewTransfer(**{**facts, **said})  # type: ignore[arg-type]


def found(place: Place, *said: tuple[Registered, Arrival, str | None]) -> NewArrivals:
    lines = [LineArrival(asset=t.reference, arrival=a, note=note) for t, a, note in said]
    return NewArrivals(arrivals=lines, order=arrival_order(place))


def open_now(session: Session, thing: Registered) -> list[str]:
    """The impediments that stand against a thing."""
    i = Impediment
    statement = select(i.code).where(i.asset_id == thing.id, i.lifted_at.is_(None))
    return list(session.scalars(statement))


def test_on_the_way_the_carrier_answers_and_nobody_else(
    session: Session,
    people: People,
    things: list[Registered],
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    made = send(session, keeper, to(other, things, order, at), at=at)
    holding = get_holding(session, keeper, things[0].reference)
    assert (holding.place_id, holding.receiver) == (None, "Phạm Văn Chở")
    assert (count_on_the_way(session, keeper), made.closed_at) == (1, None)
    with pytest.raises(IsAway):
        take_in(session, keeper, things[0].reference, take_in_at(other), at=at)


def test_what_is_damaged_arrives_and_what_is_missing_stays_with_the_carrier(
    session: Session,
    people: People,
    things: list[Registered],
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    made = send(session, keeper, to(other, things, order, at), at=at).reference
    said = found(
        other,
        (things[0], Arrival.RECEIVED, None),
        (things[1], Arrival.DAMAGED, "Vỡ kính"),
        (things[2], Arrival.MISSING, "Không có trên xe"),
    )
    done = receive(session, keeper, made, said, at=at)
    assert (done.received, done.missing, done.open, len(done.papers)) == (2, 1, 1, 1)
    assert get_holding(session, keeper, things[1].reference).place_id == other.id
    assert get_holding(session, keeper, things[2].reference).receiver == "Phạm Văn Chở"
    assert [e.kind for e in list_chain(session, keeper, things[0].reference)] == [
        "taken_in",
        "sent",
        "arrived",
    ]
    assert [open_now(session, thing) for thing in things] == [[], ["disputed"], ["other"]]
    late = found(other, (things[2], Arrival.RECEIVED, None))
    assert receive(session, keeper, made, late, at=at + timedelta(hours=5)).open == 0
    with pytest.raises(TransferDone):
        receive(session, keeper, made, late, at=at)
    assert open_now(session, things[2]) == []
    assert verify_chains(session).first_fault is None


def test_what_arrived_is_said_once(
    session: Session,
    people: People,
    things: list[Registered],
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    made = send(session, keeper, to(other, things, order, at), at=at).reference
    said = found(other, (things[0], Arrival.RECEIVED, None))
    receive(session, keeper, made, said, at=at)
    with pytest.raises(AlreadySaid):
        receive(session, keeper, made, said, at=at)
    with pytest.raises(ReasonMissing):
        receive(session, keeper, made, found(other, (things[1], Arrival.MISSING, None)), at=at)


def test_nothing_leaves_or_arrives_without_its_order(
    session: Session,
    people: People,
    things: list[Registered],
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    with pytest.raises(OrderNeeded):
        send(session, keeper, to(other, things, order, at, order=None), at=at)
    made = send(session, keeper, to(other, things, order, at), at=at).reference
    without = NewArrivals(
        arrivals=[LineArrival(asset=things[0].reference, arrival=Arrival.RECEIVED)]
    )
    with pytest.raises(OrderNeeded):
        receive(session, keeper, made, without, at=at)


def test_a_whole_warehouse_leaves_on_several_orders_with_minutes_of_every_item(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    other: Place,
    become: Become,
    at: datetime,
) -> None:
    orders = [order_to_send(session, store, thing.reference) for thing in things]
    keeper = become(people.keeper)
    new = to(other, [], " ".join(orders), at, whole_place_id=store.id)
    made = send(session, keeper, new, at=at).reference
    assert len(get_transfer(session, keeper, made).lines) == 3
    said = found(other, *((thing, Arrival.RECEIVED, None) for thing in things))
    done = receive(session, keeper, made, said, at=at)
    assert len(done.papers) == 3
    papers = session.scalars(select(Paper).where(Paper.reference.in_(done.papers)))
    assert [len(paper.data["lines"]) for paper in papers] == [1, 1, 1]


def test_a_carrier_shows_who_he_is_and_does_not_receive_from_himself(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    with pytest.raises(SignatureMissing):
        send(session, keeper, to(other, things, order, at, carrier_proof=None), at=at)
    with pytest.raises(OrderForSomebodyElse):
        send(session, keeper, to(other, things, order, at, carrier_code="T-keeper"), at=at)
    named = [thing.reference for thing in things]
    order = order_to_send(session, store, *named, party=other.name)
    made = send(session, keeper, to(other, things, order, at, carrier_code="T-keeper"), at=at)
    with pytest.raises(NotTheReceiver):
        receive(
            session,
            keeper,
            made.reference,
            found(other, (things[0], Arrival.RECEIVED, None)),
            at=at,
        )


def test_what_is_gone_or_unknown_is_not_sent(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    gone = release_from(session, store, things[0].reference)
    keeper = become(people.keeper)
    release(session, keeper, things[0].reference, gone, at=at)
    with pytest.raises(NotInCustody):
        send(session, keeper, to(other, things, order, at), at=at)
    with pytest.raises(NotFound):
        send(session, keeper, to(other, [], order, at, assets=("TS-9999999-9",)), at=at)
    with pytest.raises(Invalid) as refused:
        send(session, keeper, to(other, [], order, at), at=at)
    assert list(refused.value.fields) == ["assets"]


def test_a_foreign_office_neither_sees_nor_receives(
    session: Session,
    people: People,
    things: list[Registered],
    other: Place,
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    made = send(session, keeper, to(other, things, order, at), at=at).reference
    said = found(other, (things[0], Arrival.RECEIVED, None))
    foreign = become(people.foreign_keeper)
    assert list_transfers(session, foreign).items == []
    with pytest.raises(NotFound):
        get_transfer(session, foreign, made)
    with pytest.raises(NotFound):
        receive(session, foreign, made, said, at=at)
    with pytest.raises(Forbidden):
        receive(session, people.officer, made, said, at=at)


def test_a_late_transfer_is_counted(
    session: Session,
    people: People,
    things: list[Registered],
    other: Place,
    order: str,
    become: Become,
    at: datetime,
    statements: list[str],
) -> None:
    keeper = become(people.keeper)
    send(session, keeper, to(other, things, order, at), at=at)
    assert count_late_transfers(session, keeper, at.date()) == 0
    assert count_late_transfers(session, keeper, (at + timedelta(days=2)).date()) == 1
    statements.clear()
    (row,) = list_transfers(session, keeper).items
    assert ((row.lines, row.open, row.missing), len(statements)) == ((3, 3, 0), 1)


def test_a_whole_warehouse_goes_to_another_body_and_stays_on_our_books(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    become: Become,
    at: datetime,
) -> None:
    """Before 2028-07-01 stores outside the premises go to the police (L25 Art. 116(6))."""
    police = add_place(
        session,
        people.keeper,
        NewPlace(
            code="CA1",
            name="Kho vật chứng Công an tỉnh",
            kind=PlaceKind.OUTSIDE,
            custody_form=CustodyForm.POLICE_STORE,
        ),
        at=at,
    )
    order = order_to_send(session, store, *(thing.reference for thing in things))
    keeper = become(people.keeper)
    new = to(police, [], order, at, whole_place_id=store.id)
    made = send(session, keeper, new, at=at).reference
    lines = [LineArrival(asset=t.reference, arrival=Arrival.RECEIVED) for t in things]
    done = receive(session, keeper, made, NewArrivals(arrivals=lines), at=at)
    assert (done.open, len(done.papers)) == (0, 3)
    assert get_holding(session, keeper, things[0].reference).place_id == police.id

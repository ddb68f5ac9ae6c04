"""What the other office does with a transfer: accepts, refuses, misses, and on which order."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.assets.queries import get_asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.queries import get_holding, list_chain
from inventory.custody.verification import verify_chains
from inventory.handovers.commands.arrivals import ask_for_order, receive, take_back
from inventory.handovers.queries.orders import list_orders_for
from inventory.handovers.queries.transfers import (
    get_transfer,
    ids_on_the_way,
    list_past,
    list_transfers,
)
from inventory.handovers.rules import AlreadySaid, Arrival, NotTheReceiver, TransferDone
from inventory.handovers.schemas import LineArrival, NewArrivals, NewComeback, NewStoring
from inventory.keepers.rules import NotTheKeeper
from inventory.orders.commands.signing import sign_order
from inventory.orders.queries import get_order
from inventory.orders.rules import Direction, OrderNeeded, Purpose
from inventory.organisation.rules import Role
from inventory.papers.models import Paper
from inventory.seizures.queries import list_seizures
from inventory.warehouses.models import Place
from tests.inventory.sending import ON_THE_WAY, found
from tests.make.inventory import make_asset
from tests.make.orders import arrival_order, order_in
from tests.make.organisation import People, make_actor, make_staff

Become = Callable[[Actor], Actor]


@pytest.fixture
def things(foreign_store: Place, in_store: list[Registered]) -> list[Registered]:
    """Three things in the sender's warehouse; the receiver has one too."""
    return in_store


def test_with_acceptance_the_thing_changes_sides_and_the_sender_keeps_its_own_history(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    name = things[0].reference
    receiver = become(people.foreign_keeper)
    said = found(foreign_store, *((thing, Arrival.RECEIVED, None) for thing in things))
    done = receive(session, receiver, sent, said, at=at)
    assert (done.received, done.open, len(done.papers), done.letter) == (3, 0, 1, None)
    assert get_holding(session, receiver, name).place_id == foreign_store.id
    chain = [e.kind for e in list_chain(session, receiver, name)]
    assert chain == ["taken_in", "sent", "arrived"]
    seized = list_seizures(session, receiver, name)
    assert [(one.decision_number, one.case_number) for one in seized] == [("34/QĐ-KB", None)]
    sender = become(people.keeper)
    with pytest.raises(NotFound):
        get_asset(session, sender, name)
    assert [e.kind for e in list_past(session, sender, sent, name)] == ["taken_in", "sent"]
    lines = get_transfer(session, sender, sent).lines
    assert [(line.here, line.holder, line.arrived) for line in lines] == [
        (False, "THADS tỉnh Khác", True)
    ] * 3
    assert lines[0].paper is not None
    become(SYSTEM)
    assert verify_chains(session).first_fault is None
    with pytest.raises(TransferDone):
        receive(session, SYSTEM, sent, said, at=at)


def test_what_is_refused_or_missing_stays_with_the_carrier_and_comes_back(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    receiver = become(people.foreign_keeper)
    said = found(
        foreign_store,
        (things[0], Arrival.RECEIVED, None),
        (things[1], Arrival.REFUSED, "Không đúng số khung trong biên bản"),
        (things[2], Arrival.MISSING, "Không có trên xe"),
    )
    done = receive(session, receiver, sent, said, at=at)
    assert (done.received, done.missing, done.open) == (1, 2, 2)
    letter = session.scalars(select(Paper).where(Paper.reference == done.letter)).one()
    assert (letter.kind, letter.title) == ("clarification_letter", "THADS tỉnh Thử")
    assert [line["state"] for line in letter.data["lines"]] == ["refused", "missing"]
    with pytest.raises(NotTheReceiver):
        take_back(session, receiver, sent, NewComeback(assets=[things[1].reference]), at=at)
    sender = become(people.keeper)
    assert get_holding(session, sender, things[1].reference).receiver == ON_THE_WAY
    assert list_transfers(session, sender).items[0].refused == 1
    back = NewComeback(assets=[thing.reference for thing in things[1:]])
    with pytest.raises(OrderNeeded):
        take_back(session, sender, sent, back, at=at)
    become(SYSTEM)
    left = (thing.reference for thing in things[1:])
    order = order_in(session, store, *left, purpose=Purpose.BROUGHT_BACK)
    sender = become(people.keeper)
    back = NewComeback(assets=[thing.reference for thing in things[1:]], order=order)
    assert take_back(session, sender, sent, back, at=at).open == 0
    assert get_holding(session, sender, things[1].reference).place_id == store.id
    shown = get_transfer(session, sender, sent)
    assert shown.closed_at is not None
    assert [line.arrival for line in shown.lines] == ["received", "refused", "missing"]
    receiver = become(people.foreign_keeper)
    with pytest.raises(NotFound):
        get_asset(session, receiver, things[1].reference)


def test_what_was_refused_may_still_be_accepted_and_is_said_once(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    receiver = become(people.foreign_keeper)
    no = found(foreign_store, (things[0], Arrival.REFUSED, "Chờ làm rõ"))
    receive(session, receiver, sent, no, at=at)
    with pytest.raises(AlreadySaid):
        receive(session, receiver, sent, no, at=at)
    yes = found(foreign_store, (things[0], Arrival.DAMAGED, "Trầy xước"))
    assert receive(session, receiver, sent, yes, at=at).received == 1
    with pytest.raises(AlreadySaid):
        receive(session, receiver, sent, yes, at=at)


def test_the_receiver_needs_his_own_order_his_own_place_and_his_own_appointment(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    own = store.id
    receiver = become(people.foreign_keeper)
    line = [LineArrival(asset=things[0].reference, arrival=Arrival.RECEIVED)]
    order, place = arrival_order(foreign_store), foreign_store.id
    refused: list[tuple[type[Exception], NewArrivals]] = [
        (Invalid, NewArrivals(arrivals=line, order=order)),
        (OrderNeeded, NewArrivals(arrivals=line, place_id=place)),
        (NotFound, NewArrivals(arrivals=line, order=order, place_id=own)),
    ]
    for error, new in refused:
        with pytest.raises(error), session.begin_nested():
            receive(session, receiver, sent, new, at=at)
    become(SYSTEM)
    staff = make_staff(session, people.foreign, Role.KEEPER, "T-new", "Thủ kho chưa bổ nhiệm")
    receiver = become(make_actor(session, staff, people.foreign, Role.KEEPER))
    new = NewArrivals(arrivals=line, order=order, place_id=place)
    with pytest.raises(NotTheKeeper), session.begin_nested():
        receive(session, receiver, sent, new, at=at)
    with pytest.raises(NotFound):
        get_asset(session, receiver, things[0].reference)


def test_the_receiver_asks_for_his_order_and_takes_in_on_it(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    """The order names things that are not yet his; he is offered it once it is signed."""
    head = make_staff(session, people.foreign, Role.HEAD, "T-head2", "Thủ trưởng Khác")
    receiver = become(people.foreign_keeper)
    asked = NewStoring(place_id=foreign_store.id, legal_basis="Quyết định ủy thác 12/QĐ")
    order = ask_for_order(session, receiver, sent, asked, at=at).reference
    shown = get_order(session, receiver, order)
    assert (shown.direction, shown.purpose, len(shown.lines)) == ("in", "transferred_in", 3)
    ids = ids_on_the_way(session, receiver, sent)
    home = people.foreign.id
    before = [one.choice for one in list_orders_for(session, receiver, home, Direction.IN, ids)]
    sign_order(session, become(make_actor(session, head, people.foreign, Role.HEAD)), order, at=at)
    receiver = become(people.foreign_keeper)
    after = [one.choice for one in list_orders_for(session, receiver, home, Direction.IN, ids)]
    assert (set(after) - set(before), arrival_order(foreign_store) in before) == ({order}, True)
    line = LineArrival(asset=things[0].reference, arrival=Arrival.RECEIVED)
    new = NewArrivals(arrivals=[line], order=order, place_id=foreign_store.id)
    assert receive(session, receiver, sent, new, at=at).received == 1
    used = {one.no: one.used for one in get_order(session, receiver, order).lines}
    assert used == {1: 1, 2: 0, 3: 0}


def test_the_sender_asks_for_no_order_of_the_receiver(
    session: Session, people: People, sent: str, store: Place, become: Become, at: datetime
) -> None:
    asked = NewStoring(place_id=store.id, legal_basis="Quyết định")
    with pytest.raises(NotTheReceiver):
        ask_for_order(session, become(people.keeper), sent, asked, at=at)


def test_the_sender_neither_receives_nor_takes_the_thing_over_himself(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    sent: str,
    become: Become,
    at: datetime,
) -> None:
    sender = become(people.keeper)
    with pytest.raises(NotTheReceiver):
        receive(session, sender, sent, found(store, (things[0], Arrival.RECEIVED, None)), at=at)
    with pytest.raises(Exception, match="is not received here"), session.begin_nested():
        session.execute(
            text("SELECT kebien_take_over(id, :assets) FROM transfer WHERE reference = :r"),
            {"assets": [things[0].id], "r": sent},
        )


def test_only_what_is_on_its_way_by_that_transfer_is_taken_over(
    session: Session,
    people: People,
    case: EnforcementCase,
    things: list[Registered],
    store: Place,
    sent: str,
    become: Become,
    at: datetime,
) -> None:
    become(SYSTEM)
    other = make_asset(session, people.keeper, case, place=store, at=at)
    become(people.foreign_keeper)
    with pytest.raises(Exception, match="not all are on their way"), session.begin_nested():
        session.execute(
            text("SELECT kebien_take_over(id, :assets) FROM transfer WHERE reference = :r"),
            {"assets": [things[0].id, other.id], "r": sent},
        )

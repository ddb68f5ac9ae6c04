"""Transfers to another office: both see them, a third does not, each keeps its own history."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.lots.rules import AssetInOpenLot
from inventory.assets.commands import Registered
from inventory.assets.models import Asset
from inventory.assets.queries import get_asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.models import CustodyEntry, Holding
from inventory.custody.rules import IsAway
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.transfers import send
from inventory.handovers.models import TransferLine
from inventory.handovers.queries.transfers import (
    count_coming,
    count_on_the_way,
    get_transfer,
    list_past,
    list_transfers,
)
from inventory.handovers.rules import Arrival
from inventory.organisation.rules import Role
from inventory.papers.models import Paper
from inventory.warehouses.models import Place
from reports.registers.queries import get_year, list_lines
from tests.inventory.sending import ON_THE_WAY, found, to
from tests.make.auction import make_lot
from tests.make.inventory import make_asset
from tests.make.orders import order_to_send
from tests.make.organisation import People, make_actor, make_office, make_staff

Become = Callable[[Actor], Actor]


@pytest.fixture
def things(foreign_store: Place, in_store: list[Registered]) -> list[Registered]:
    """Three things in the sender's warehouse; the receiver has one too."""
    return in_store


@pytest.fixture
def third(session: Session, people: People) -> Actor:
    """The keeper of an office that has nothing to do with it."""
    office = make_office(session, "T03", "THADS tỉnh Ba", parent=people.centre)
    staff = make_staff(session, office, Role.KEEPER, "T-third", "Người thứ ba")
    return make_actor(session, staff, office, Role.KEEPER)


def test_on_the_way_exactly_one_holder_says_from_where_to_where(
    session: Session, people: People, things: list[Registered], sent: str, at: datetime
) -> None:
    keeper = people.keeper
    rows = session.execute(
        select(Holding.place_id, Holding.receiver).where(Holding.asset_id == things[0].id)
    ).all()
    assert rows == [(None, ON_THE_WAY)]
    assert (count_on_the_way(session, keeper), count_coming(session, keeper)) == (1, 0)
    minutes = session.scalars(select(Paper).where(Paper.subject_ref == sent)).one()
    assert (minutes.kind, len(minutes.data["lines"])) == ("handover_minutes", 3)


def test_the_receiver_sees_the_transfer_but_not_the_things_before_he_accepts(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    become: Become,
) -> None:
    receiver = become(people.foreign_keeper)
    shown = get_transfer(session, receiver, sent)
    assert (shown.from_office, shown.to_office) == ("THADS tỉnh Thử", "THADS tỉnh Khác")
    assert [line.asset for line in shown.lines] == [thing.reference for thing in things]
    assert {line.came_from for line in shown.lines} == {"Kho số 1"}
    assert not any(line.here for line in shown.lines)
    assert count_coming(session, receiver) == 1
    with pytest.raises(NotFound):
        get_asset(session, receiver, things[0].reference)
    assert session.scalars(select(Asset.id)).all() == []


def test_the_register_of_the_sender_keeps_what_went_out(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    receiver = become(people.foreign_keeper)
    said = found(foreign_store, (things[0], Arrival.RECEIVED, None))
    receive(session, receiver, sent, said, at=at)
    sender = become(people.keeper)
    lines = list_lines(session, sender, get_year(session, 2027)).items
    told = {line.cells.asset: line.cells for line in lines}
    assert list(told) == [thing.reference for thing in things]
    gone = told[things[0].reference]
    assert (gone.out_on, gone.receiver, gone.balance) == (at.date(), ON_THE_WAY, 0)


def test_the_sender_reads_no_later_entry_than_its_own(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    receiver = become(people.foreign_keeper)
    receive(
        session, receiver, sent, found(foreign_store, (things[0], Arrival.RECEIVED, None)), at=at
    )
    become(people.keeper)
    statement = select(CustodyEntry.seq).where(CustodyEntry.asset_id == things[0].id)
    assert session.scalars(statement.order_by(CustodyEntry.seq)).all() == [1, 2]


def test_a_third_office_sees_and_takes_nothing(
    session: Session,
    people: People,
    third: Actor,
    things: list[Registered],
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    become(third)
    assert list_transfers(session, third).items == []
    assert session.scalars(select(TransferLine.asset_id)).all() == []
    assert list_past(session, third, sent) == []
    with pytest.raises(NotFound):
        get_transfer(session, third, sent)
    said = found(foreign_store, (things[0], Arrival.RECEIVED, None))
    with pytest.raises(NotFound):
        receive(session, third, sent, said, at=at)
    transfer = "SELECT kebien_take_over((SELECT max(id) FROM transfer), :assets)"
    with pytest.raises(Exception, match="is not received here"), session.begin_nested():
        session.execute(text(transfer), {"assets": [things[0].id]})


def test_a_thing_goes_to_one_office_at_a_time_and_never_to_the_centre(
    session: Session,
    people: People,
    third: Actor,
    case: EnforcementCase,
    things: list[Registered],
    store: Place,
    sent: str,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    with pytest.raises(IsAway):
        send(session, keeper, to("T03", things, "LK-0000000-0", at), at=at)
    for office, error in (("T00", Invalid), ("T99", NotFound)):
        with pytest.raises(error) as refused:
            send(session, keeper, to(office, things, "LK-0000000-0", at), at=at)
        assert list(refused.value.fields) == ["to_office"]
    become(SYSTEM)
    home = make_asset(session, people.keeper, case, place=store, at=at)
    order = order_to_send(session, store, home.reference)
    keeper = become(people.keeper)
    with pytest.raises(Invalid) as refused:
        send(session, keeper, to("T01", [home], order, at), at=at)
    assert list(refused.value.fields) == ["to_office"]


def test_what_is_being_auctioned_does_not_leave_its_office(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    become: Become,
    at: datetime,
) -> None:
    """The control: it leaves once the lot is closed."""
    lot = make_lot(session, people.office, session.get_one(Asset, things[0].id))
    order = order_to_send(session, store, *(thing.reference for thing in things))
    new = to("T02", things, order, at)
    with pytest.raises(AssetInOpenLot):
        send(session, become(people.keeper), new, at=at)
    become(SYSTEM)
    lot.closed_on = at.date()
    assert send(session, become(people.keeper), new, at=at).closed_at is None

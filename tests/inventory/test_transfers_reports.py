"""What a receiver found amiss stands in the transfer's record of the thing and on its page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import SYSTEM, Actor
from inventory.custody.rules import SealState
from inventory.handovers.commands.arrivals import receive, take_back
from inventory.handovers.queries.transfers import list_reports
from inventory.handovers.rules import Arrival
from inventory.handovers.schemas import LineArrival, NewArrivals, NewComeback
from inventory.orders.rules import Purpose
from inventory.warehouses.models import Place
from tests.make.orders import arrival_order, order_in
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
TORN = {"NP-1": SealState.TORN, "NP-2": SealState.WHOLE}


@pytest.fixture
def refused(
    session: Session,
    people: People,
    things: list[Registered],
    sent: str,
    become: Become,
    at: datetime,
) -> Registered:
    """The first of the things; the receiver refused it because of one of its seals."""
    thing = things[0]
    line = LineArrival(asset=thing.reference, arrival=Arrival.REFUSED, note="Niêm phong rách")
    new = NewArrivals(arrivals=[line], seals={thing.reference: TORN})
    receive(session, become(people.foreign_keeper), sent, new, at=at)
    return thing


def test_a_refusal_says_who_when_each_seal_and_why_to_both_sides(
    session: Session, people: People, refused: Registered, sent: str, become: Become, at: datetime
) -> None:
    for who in (people.keeper, people.foreign_keeper):
        (said,) = list_reports(session, become(who), refused.id)
        assert (said.transfer, said.arrival, said.note) == (sent, "refused", "Niêm phong rách")
        assert (said.at, said.by, said.seals) == (at, people.foreign_keeper.name, TORN)
        assert said.office == people.foreign.name


def test_what_is_said_later_takes_nothing_of_it_back(
    session: Session,
    people: People,
    refused: Registered,
    sent: str,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    receiver = become(people.foreign_keeper)
    for arrival, note in ((Arrival.MISSING, "Xe quay về"), (Arrival.RECEIVED, None)):
        line = LineArrival(asset=refused.reference, arrival=arrival, note=note)
        order, place = arrival_order(foreign_store), foreign_store.id
        new = NewArrivals(arrivals=[line], order=order, place_id=place)
        receive(session, receiver, sent, new, at=at)
    found = [(one.arrival, one.note) for one in list_reports(session, receiver, refused.id)]
    assert found == [("missing", "Xe quay về"), ("refused", "Niêm phong rách")]


def test_the_page_of_the_thing_shows_it_also_after_it_came_back(
    session: Session,
    people: People,
    refused: Registered,
    sent: str,
    store: Place,
    browse: Callable[[str], TestClient[Any]],
    become: Become,
    at: datetime,
) -> None:
    become(SYSTEM)
    order = order_in(session, store, refused.reference, purpose=Purpose.BROUGHT_BACK)
    back = NewComeback(assets=[refused.reference], order=order)
    take_back(session, become(people.keeper), sent, back, at=at)
    page = browse("keeper").get(f"/assets/{refused.reference}").text
    assert "Sai lệch khi nhận" in page
    assert "Niêm phong rách" in page
    assert f'href="/transfers/{sent}"' in page

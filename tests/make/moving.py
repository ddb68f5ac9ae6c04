"""Makes things go to another office, through the commands, each side under its own row security."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM, Actor
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.transfers import send
from inventory.handovers.rules import Arrival
from inventory.handovers.schemas import LineArrival, NewArrivals, NewTransfer
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from service.database import act_as
from tests.make.inventory import make_place
from tests.make.orders import arrival_order, order_to_send
from tests.make.organisation import People


def become(session: Session, actor: Actor) -> Actor:
    """Let the session's transaction be another actor's, under its row-level security."""
    session.flush()
    session.expire_all()
    act_as(session, actor)
    return actor


def send_over(
    session: Session, people: People, place: Place, *assets: str, to: str = "T02", at: datetime
) -> str:
    """The transfer on which things of the office's warehouse are on their way to another office."""
    become(session, SYSTEM)
    order = order_to_send(session, place, *assets)
    new = NewTransfer(
        to_office=to,
        order=order,
        reason="Ủy thác xử lý tài sản",
        expected_on=at.date(),
        assets=assets,
        carrier_name="Phạm Văn Chở",
        carrier_post="Lái xe",
        carrier_proof=Proof.CITIZEN_CARD,
    )
    return send(session, become(session, people.keeper), new, at=at).reference


def take_over(session: Session, people: People, transfer: str, *assets: str, at: datetime) -> None:
    """The other office receives them into a warehouse of its own; then the session is nobody's."""
    become(session, SYSTEM)
    there = make_place(session, people.foreign_keeper, "K9", "Kho khác", at=at)
    found = [LineArrival(asset=one, arrival=Arrival.RECEIVED) for one in assets]
    said = NewArrivals(arrivals=found, order=arrival_order(there), place_id=there.id)
    receive(session, become(session, people.foreign_keeper), transfer, said, at=at)
    become(session, SYSTEM)


def make_moved(session: Session, people: People, place: Place, *assets: str, at: datetime) -> None:
    """Things of a warehouse of the office go to the foreign one, which takes them over."""
    transfer = send_over(session, people, place, *assets, at=at)
    take_over(session, people, transfer, *assets, at=at)

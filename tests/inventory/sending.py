"""Things sent to another office, and what is found when they arrive."""

from datetime import datetime, timedelta

from inventory.assets.commands import Registered
from inventory.handovers.rules import Arrival
from inventory.handovers.schemas import LineArrival, NewArrivals, NewTransfer
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from tests.make.orders import arrival_order

ON_THE_WAY = "Phạm Văn Chở (THADS tỉnh Thử → THADS tỉnh Khác)"


def to(office: str, things: list[Registered], order: str, at: datetime) -> NewTransfer:
    return NewTransfer(
        to_office=office,
        order=order,
        reason="Ủy thác xử lý tài sản",
        expected_on=(at + timedelta(days=1)).date(),
        assets=tuple(thing.reference for thing in things),
        carrier_name="Phạm Văn Chở",
        carrier_post="Lái xe",
        carrier_proof=Proof.CITIZEN_CARD,
    )


def found(place: Place, *said: tuple[Registered, Arrival, str | None]) -> NewArrivals:
    lines = [LineArrival(asset=t.reference, arrival=a, note=note) for t, a, note in said]
    return NewArrivals(arrivals=lines, order=arrival_order(place), place_id=place.id)

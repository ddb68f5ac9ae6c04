"""Makes keepers and signed orders, straight into the tables.

Custody wants them, and its tests do not lean on the commands of orders; that those leave the same
behind is tested beside them.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.numbering import reference
from inventory.keepers.models import KeeperAppointment
from inventory.orders.models import OrderBalance, OrderFound, OrderLine, OrderStep, WarehouseOrder
from inventory.orders.rules import PREFIX, Direction, Purpose, Step
from inventory.warehouses.models import Place

SET_UP = datetime(2026, 7, 1, 2, tzinfo=UTC)
STANDING = 10**9
"""Orders that stand open for a place have ids from here on, so that they are known by the place."""
PLENTY = Decimal(10) ** 9
_ID = text("SELECT nextval('warehouse_order_id_seq')")
_ASSET = text("SELECT id, description, quantity FROM asset WHERE reference = :reference")


def appoint(session: Session, keeper: Actor, place: Place) -> KeeperAppointment:
    """Let somebody keep a warehouse from its first day on."""
    made = KeeperAppointment(
        office_id=place.office_id,
        place_id=place.id,
        staff_id=keeper.staff_id,
        decision_number="1/QĐ-TK",
        decided_on=SET_UP.date(),
        valid_from=date(2020, 1, 1),
        active_at=SET_UP,
        recorded_at=SET_UP,
    )
    session.add(made)
    session.flush()
    return made


def warehouse_of(place: Place) -> int:
    return int(place.path.split("/")[1])


def standing_order(place: Place | int) -> str:
    """The line of the order that stands open for what comes into a place of the makers."""
    place_id = place if isinstance(place, int) else place.id
    return f"{reference(PREFIX, STANDING + place_id)}/1"


def arrival_order(place: Place | int) -> str:
    """The line of the order that stands open for what arrives from another warehouse."""
    place_id = place if isinstance(place, int) else place.id
    return f"{reference(PREFIX, 2 * STANDING + place_id)}/1"


def return_order(place: Place | int) -> str:
    """The line of the order that stands open for what comes back after a temporary release."""
    place_id = place if isinstance(place, int) else place.id
    return f"{reference(PREFIX, 3 * STANDING + place_id)}/1"


def stand_open(session: Session, place: Place) -> None:
    """Signed orders for whatever comes into a place, as long as a test lasts."""
    anything = [(None, "Tài sản", PLENTY)]
    _add(session, place, STANDING + place.id, Direction.IN, anything)
    moved = (Purpose.TRANSFERRED_IN, "Phạm Văn Chở")
    _add(session, place, 2 * STANDING + place.id, Direction.IN, anything, moved)
    back = (Purpose.BROUGHT_BACK, "Tòa án nhân dân")
    _add(session, place, 3 * STANDING + place.id, Direction.IN, anything, back)


def order_out(
    session: Session,
    place: Place,
    *assets: str,
    purpose: Purpose = Purpose.RETURNED,
    party: str = "Nguyễn Thị Mua",
) -> str:
    """A signed order to release some assets from the warehouse around a place, to somebody."""
    lines = [_of_asset(session, asset) for asset in assets]
    number = session.execute(_ID).scalar_one()
    return _add(session, place, number, Direction.OUT, lines, (purpose, party))


def order_to_lend(
    session: Session, place: Place, *assets: str, party: str = "Tòa án nhân dân"
) -> str:
    """A signed order to give some assets out for a time."""
    return order_out(session, place, *assets, purpose=Purpose.EXTRACTED, party=party)


def order_to_send(session: Session, place: Place, *assets: str, party: str = "Phạm Văn Chở") -> str:
    """A signed order to send some assets to another warehouse."""
    return order_out(session, place, *assets, purpose=Purpose.TRANSFERRED_OUT, party=party)


def order_in(
    session: Session,
    place: Place,
    *assets: str,
    pieces: int = 0,
    purpose: Purpose = Purpose.SEIZED,
) -> str:
    """A signed order to store some assets, and so many pieces still to be registered."""
    lines = [_of_asset(session, asset) for asset in assets]
    if pieces:
        lines.append((None, "Điện thoại di động", Decimal(pieces)))
    number = session.execute(_ID).scalar_one()
    return _add(session, place, number, Direction.IN, lines, (purpose, "Trần Văn Nợ"))


Wanted = tuple[int | None, str, Decimal]


def _of_asset(session: Session, asset: str) -> Wanted:
    row = session.execute(_ASSET, {"reference": asset}).one()
    return row[0], row[1], row[2]


def _add(
    session: Session,
    place: Place,
    number: int,
    direction: Direction,
    lines: list[Wanted],
    said: tuple[Purpose, str] = (Purpose.SEIZED, "Trần Văn Nợ"),
) -> str:
    purpose, party = said
    symbol = {Direction.IN: "LNK", Direction.OUT: "LXK"}[direction]
    order = WarehouseOrder(
        id=number,
        reference=reference(PREFIX, number),
        office_id=place.office_id,
        place_id=warehouse_of(place),
        direction=direction.value,
        purpose=purpose.value,
        reason="Thi hành án",
        legal_basis="C04/23 Art. 11",
        party_name=party,
        requested_at=SET_UP,
        signed_at=SET_UP,
        number=f"{number % STANDING}/{symbol}",
    )
    session.add(order)
    session.flush()
    office = place.office_id
    for no, (asset, what, n) in enumerate(lines, start=1):
        line = OrderLine(
            order_id=number, no=no, office_id=office, asset_id=asset, description=what, quantity=n
        )
        session.add(line)
        session.flush()
        session.add(OrderBalance(order_id=number, no=no, office_id=office, quantity=n, used=0))
        if direction is Direction.OUT:
            session.add(OrderFound(order_id=number, no=no, office_id=office, quantity=n))
    checked = (Step.CHECK,) if direction is Direction.OUT else ()
    for step in (Step.REQUEST, Step.ORDER, *checked):
        session.add(
            OrderStep(
                order_id=number, step=step.value, office_id=office, at=SET_UP, by_name="Người thử"
            )
        )
    session.flush()
    return order.reference

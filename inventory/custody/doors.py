"""What each act of custody is at the door of a warehouse, and on which orders it passes."""

from typing import NamedTuple

from inventory.custody.rules import CustodyAct, CustodyKind
from inventory.orders.rules import (
    FIRST_STORED,
    GIVEN_BACK,
    GIVEN_OUT,
    LET_GO,
    MOVED_IN,
    SENT_ON,
    STORED_AGAIN,
    Direction,
    Purpose,
)


class Door(NamedTuple):
    """What an act does at a warehouse's door; no direction where it needs no order.

    ``purposes`` are those of the orders on which it is done, any where none is said.
    """

    act: CustodyAct
    direction: Direction | None
    purposes: frozenset[Purpose] = frozenset()


DOORS = {
    CustodyKind.TAKEN_IN: Door(CustodyAct.TAKE_IN, Direction.IN, FIRST_STORED),
    CustodyKind.ARRIVED: Door(CustodyAct.TAKE_IN, Direction.IN, MOVED_IN),
    CustodyKind.RETURNED: Door(CustodyAct.TAKE_IN, Direction.IN, GIVEN_BACK),
    CustodyKind.MOVED: Door(CustodyAct.MOVE, None),
    CustodyKind.RELEASED: Door(CustodyAct.RELEASE, Direction.OUT, LET_GO),
    CustodyKind.SENT: Door(CustodyAct.RELEASE, Direction.OUT, SENT_ON),
    CustodyKind.LENT: Door(CustodyAct.RELEASE, Direction.OUT, GIVEN_OUT),
}
"""What was lent comes back on new hand-over minutes (C04/23 Art. 11(3)) and, as all that enters, on
an order (Art. 11(1), (2)); a hand-over changes who answers for a thing that stays where it is."""


def stored_for(last: str) -> frozenset[Purpose]:
    """For what an asset may be taken in after its last act: again only where it was released."""
    return STORED_AGAIN if last == CustodyKind.RELEASED else FIRST_STORED

"""Where a locked asset stands, and what cannot be done with it from there."""

from decimal import Decimal
from typing import NamedTuple

from inventory.base.messages import _
from inventory.custody.care import Care
from inventory.custody.gate import AtTheDoor
from inventory.custody.rules import (
    AWAY,
    AlreadyTakenIn,
    CustodyKind,
    IsAway,
    NotAway,
    NotHeldHere,
    NotInCustody,
    may_follow,
)
from inventory.orders.ledger import Line
from inventory.warehouses.rules import WAREHOUSE_FORMS


class Around(NamedTuple):
    """The warehouse around a place: who keeps what lies there, its outermost place, whether the
    actor keeps it."""

    form: str | None
    warehouse_id: int | None
    kept: bool


class Standing(NamedTuple):
    """Where a locked asset stands, and the place it is to go to, if any."""

    asset_id: int
    reference: str
    office_id: int
    seq: int
    hash: bytes
    place_id: int | None
    place_name: str | None
    receiver: str
    kind: str
    target_id: int | None
    target_name: str | None
    target_closed: bool
    quantity: Decimal
    blocked: int
    here: Around | None
    there: Around | None
    line: Line
    order: str | None
    care: Care = Care()

    def at_the_door(self) -> AtTheDoor:
        """The act as the gate sees it: the door is where the asset is, or where it comes to."""
        around = self.here or self.there or Around(None, None, kept=False)
        return AtTheDoor(
            self.asset_id,
            self.reference,
            self.office_id,
            self.quantity,
            self.blocked,
            around.form,
            around.warehouse_id,
            around.kept,
            self.order,
            self.line,
        )


def in_store(standing: Standing) -> bool:
    """Whether an asset lies in a warehouse of ours, which it leaves by order only."""
    return standing.here is not None and standing.here.form in WAREHOUSE_FORMS


def refuse_taken_in(standing: Standing) -> None:
    """Refuse to take in what is in a place.

    Raises AlreadyTakenIn.
    """
    if standing.place_id is not None:
        raise AlreadyTakenIn(
            _("%(reference)s is in %(place)s already."),
            reference=standing.reference,
            place=standing.place_name or "",
        )


def refuse_out_of_turn(standing: Standing, kind: CustodyKind) -> None:
    """Refuse an act that cannot come after the asset's last one.

    Raises IsAway, NotAway, NotInCustody.
    """
    if may_follow(standing.kind, kind, placed=standing.place_id is not None):
        return
    refuse_away(standing)
    if kind is CustodyKind.HANDED_OVER:
        raise NotInCustody(_("%(reference)s is in no place."), reference=standing.reference)
    raise NotAway(
        _("%(reference)s is not on its way to us."),
        reference=standing.reference,
    )


def refuse_away(standing: Standing) -> None:
    """Refuse what is with somebody else.

    Raises IsAway.
    """
    if standing.kind in AWAY:
        raise IsAway(
            _("%(reference)s is not here: %(receiver)s has it. It first has to come back."),
            reference=standing.reference,
            receiver=standing.receiver,
        )


def refuse_elsewhere(standing: Standing, from_id: int) -> None:
    """Refuse what is not in the place it is to leave.

    Raises NotInCustody, NotHeldHere.
    """
    if standing.place_id is None:
        raise NotInCustody(_("%(reference)s is in no place."), reference=standing.reference)
    if standing.place_id != from_id:
        raise NotHeldHere(
            _("%(reference)s is not there but in %(place)s."),
            field="from_place_id",
            reference=standing.reference,
            place=standing.place_name or "",
        )

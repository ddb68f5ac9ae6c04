"""Kinds of places and forms of custody."""

from enum import StrEnum

from inventory.base.errors import Duplicate, Invalid, OutOfPlace
from inventory.base.messages import _, labels


class PlaceKind(StrEnum):
    """What a place is, from a whole warehouse down to a box."""

    WAREHOUSE = "warehouse"
    ROOM = "room"
    SHELF = "shelf"
    BOX = "box"
    YARD = "yard"
    OUTSIDE = "outside"


class CustodyForm(StrEnum):
    """Who keeps what lies in a place (L25 Art. 40, D152/26 Art. 24)."""

    OWN_STORE = "thads_store"
    RENTED = "rented"
    TREASURY = "treasury"
    DEBTOR = "debtor"
    HOLDER = "holder"
    THIRD_PARTY = "third"
    COMMUNE = "commune"
    POLICE_STORE = "police_store"
    ARMY_STORE = "army_store"
    OTHER_EVIDENCE_STORE = "other_evidence_store"


WAREHOUSE_FORMS = frozenset({CustodyForm.OWN_STORE, CustodyForm.RENTED})
"""What is a warehouse of the office: entered and left on the head's order, kept by its keeper."""


class PlaceCodeTaken(Duplicate):
    """The office already has a place with that code."""

    code = "place_code_taken"


class PlaceIsClosed(Invalid):
    """Nothing may be brought to a closed place."""

    code = "place_is_closed"


class PlaceNotEmpty(OutOfPlace):
    """A place is closed only when nothing lies in it and all inside it is closed."""

    code = "place_not_empty"


labels(
    {
        PlaceKind.WAREHOUSE: _("Warehouse"),
        PlaceKind.ROOM: _("Room"),
        PlaceKind.SHELF: _("Shelf"),
        PlaceKind.BOX: _("Box"),
        PlaceKind.YARD: _("Yard"),
        PlaceKind.OUTSIDE: _("Outside custody"),
        CustodyForm.OWN_STORE: _("Own store"),
        CustodyForm.RENTED: _("Rented store"),
        CustodyForm.TREASURY: _("State Treasury"),
        CustodyForm.DEBTOR: _("Debtor or relative"),
        CustodyForm.HOLDER: _("Present holder"),
        CustodyForm.THIRD_PARTY: _("Third party under contract"),
        CustodyForm.COMMUNE: _("Commune People's Committee"),
        CustodyForm.POLICE_STORE: _("Police store"),
        CustodyForm.ARMY_STORE: _("Army store"),
        CustodyForm.OTHER_EVIDENCE_STORE: _("Store of another investigating body"),
    }
)

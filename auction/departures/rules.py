"""What becomes of a wish to depart from a rule, and what may go wrong."""

from enum import StrEnum

from inventory.base.errors import Barred, Duplicate, NotEntitled, Unlawful
from inventory.base.messages import _, labels

ROOM = "may_depart_from"
"""The dated rule that names the rules which leave room."""


class DepartureState(StrEnum):
    """Where a departure stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    USED = "used"


class Act(StrEnum):
    """The acts of this room as the audit ledger keeps them."""

    ASKED = "departures.departure.asked"
    DECIDED = "departures.departure.decided"
    USED = "departures.departure.used"


class NoRoom(Unlawful):
    """The law leaves no room to depart from that rule."""

    code = "no_room_to_depart"


class OwnDeparture(NotEntitled):
    """Who asks for a departure does not decide on it."""

    code = "own_departure"


class DepartureDecided(Duplicate):
    """The departure was decided on before."""

    code = "departure_decided"


class DepartureUsed(Duplicate):
    """The departure was used before; it serves one act."""

    code = "departure_used"


class DepartureAsked(Duplicate):
    """The same departure was asked for and still waits or is approved."""

    code = "departure_asked"


class ExtendedElsewhere(Barred):
    """The limit is made longer by an act of its own."""

    code = "extended_elsewhere"


class NoExtensionByLaw(Unlawful):
    """No row of law gives longer time for the limit."""

    code = "no_extension_by_law"


labels(
    {
        DepartureState.ASKED: _("Waits for a second person"),
        DepartureState.APPROVED: _("Approved, not used yet"),
        DepartureState.REFUSED: _("Turned down"),
        DepartureState.USED: _("Used"),
        Act.ASKED: _("Departure from a rule asked for"),
        Act.DECIDED: _("Departure from a rule decided"),
        Act.USED: _("Departed from a rule"),
    }
)

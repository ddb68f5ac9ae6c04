"""Why nobody bought: the codes an officer chooses from after a failed round; pure."""

from enum import StrEnum

from inventory.base.errors import Invalid, OutOfPlace
from inventory.base.messages import _, labels


class Cause(StrEnum):
    """Why nobody bought."""

    PRICE = "price"
    ACCESS = "access"
    OCCUPANT = "occupant"
    TITLE = "title"
    DEFECT = "defect"
    REACH_OF_NOTICE = "reach_of_notice"
    COST = "cost"
    TIMING = "timing"
    COLLUSION = "collusion"


class Weight(StrEnum):
    """How much a cause weighed."""

    MINOR = "minor"
    SHARED = "shared"
    MAIN = "main"


class NoFailure(OutOfPlace):
    """Only a round that counts as failed is diagnosed."""

    code = "no_failure"


class CausesWrong(Invalid):
    """A cause is named twice, or there are several main ones."""

    code = "causes_wrong"


labels(
    {
        Cause.PRICE: _("Price too high"),
        Cause.ACCESS: _("Cannot be reached or viewed"),
        Cause.OCCUPANT: _("Somebody lives in it or uses it"),
        Cause.TITLE: _("Title unclear or in dispute"),
        Cause.DEFECT: _("Defect of the thing"),
        Cause.REACH_OF_NOTICE: _("Notice reached too few"),
        Cause.COST: _("Costs and taxes for the buyer"),
        Cause.TIMING: _("Bad time"),
        Cause.COLLUSION: _("Signs of collusion"),
        Weight.MINOR: _("played a part"),
        Weight.SHARED: _("one of several causes"),
        Weight.MAIN: _("main cause"),
    }
)

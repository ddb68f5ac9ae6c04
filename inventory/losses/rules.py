"""Missing things: who answers for them, what may be written off, and its way back."""

from enum import StrEnum

from inventory.base.errors import Barred, Duplicate, OutOfPlace
from inventory.base.messages import _, labels

WRITTEN_OFF_BY = "missing_written_off"
"""The rule by which what is confirmed missing leaves the books."""


class Liability(StrEnum):
    """Who answers for a loss (C01/17 Art. 14; C78/20 Art. 5(1))."""

    COMPENSATES = "compensates"
    DISCIPLINED = "disciplined"
    REFERRED = "referred"
    NOBODY = "nobody"


class NotConfirmedMissing(Barred):
    """Only what was confirmed missing is written off."""

    code = "not_confirmed_missing"


class NotWrittenOff(OutOfPlace):
    """There is no write-off in force to be reversed."""

    code = "not_written_off"


class NoMissingCase(OutOfPlace):
    """No case of a missing thing is open."""

    code = "no_missing_case"


class AlreadySearched(Duplicate):
    """A second person has looked into the case already."""

    code = "missing_case_searched"


class NotSearched(OutOfPlace):
    """A second person looks into a case before it is decided on."""

    code = "missing_case_not_searched"


labels(
    {
        Liability.COMPENSATES: _("Compensates"),
        Liability.DISCIPLINED: _("Disciplined"),
        Liability.REFERRED: _("Referred to the investigating body"),
        Liability.NOBODY: _("Nobody is responsible"),
    }
)

"""Kinds of cases and of parties."""

from enum import StrEnum

from inventory.base.errors import Duplicate, OutOfPlace
from inventory.base.messages import _, labels


class CaseKind(StrEnum):
    """How a case was opened."""

    OWN_MOTION = "own_motion"
    ON_REQUEST = "on_request"
    CRIMINAL_MATTER = "criminal_matter"
    IMPORTED = "imported"


class CaseExists(Duplicate):
    """The office already has a case under that decision number."""

    code = "case_exists"


class CaseIsClosed(OutOfPlace):
    """The case is closed; nothing new is taken for it."""

    code = "case_is_closed"


labels(
    {
        CaseKind.OWN_MOTION: _("On the office's own motion"),
        CaseKind.ON_REQUEST: _("On request"),
        CaseKind.CRIMINAL_MATTER: _("Criminal matter"),
        CaseKind.IMPORTED: _("Imported history"),
    }
)

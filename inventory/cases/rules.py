"""Kinds of cases and of parties."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Duplicate, OutOfPlace
from inventory.base.messages import _, labels


class CaseKind(StrEnum):
    """How a case was opened."""

    OWN_MOTION = "own_motion"
    ON_REQUEST = "on_request"
    CRIMINAL_MATTER = "criminal_matter"
    IMPORTED = "imported"


class CaseNotified(msgspec.Struct, frozen=True, kw_only=True):
    """The debtor was told of the enforcement decision on a day, for the rooms above."""

    actor: Actor
    case_number: str
    office_id: int
    on: date
    at: datetime


class NotifiedAlready(Duplicate):
    """The day on which the debtor was told is known."""

    code = "case_notified_already"


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

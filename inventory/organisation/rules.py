"""Kinds of offices and roles of staff."""

from datetime import datetime
from enum import StrEnum

import msgspec

from inventory.base.errors import Duplicate, Forbidden, OutOfPlace
from inventory.base.messages import _, labels


class OfficeKind(StrEnum):
    """Level of an office in the tree (L25 Art. 17-19)."""

    CENTRE = "centre"
    PROVINCE = "province"
    DIVISION = "division"
    MILITARY = "military"
    BAILIFF = "bailiff"
    ARCHIVE = "archive"


class Role(StrEnum):
    """What somebody is appointed to do in an office."""

    KEEPER = "keeper"
    OFFICER = "enforcement_officer"
    HEAD = "head"
    INSPECTOR = "inspector"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"


class Appointed(msgspec.Struct, frozen=True):
    """Somebody was given a role: what his open sessions may do is out of date."""

    staff_id: int
    at: datetime


class OfficeEnded(OutOfPlace):
    """The office ended before: its successor goes on with what it had."""

    code = "office_ended"


class OnTheWayBetween(OutOfPlace):
    """Things are on their way between an office and its successor."""

    code = "on_the_way_between"


class OfficeExists(Duplicate):
    """An office bears that code from that day on already."""

    code = "office_exists"


class StaffExists(Duplicate):
    """Somebody bears that code already."""

    code = "staff_exists"


class OutsideOwnOffices(Forbidden):
    """An administrator arranges his own office and those below it."""

    code = "outside_own_offices"


class OwnAppointment(Forbidden):
    """Nobody appoints himself."""

    code = "own_appointment"


labels(
    {
        OfficeKind.CENTRE: _("Centre"),
        OfficeKind.PROVINCE: _("Provincial office"),
        OfficeKind.DIVISION: _("Regional division"),
        OfficeKind.MILITARY: _("Military office"),
        OfficeKind.BAILIFF: _("Bailiff's office"),
        OfficeKind.ARCHIVE: _("Imported history"),
        Role.KEEPER: _("Warehouse keeper"),
        Role.OFFICER: _("Enforcement officer"),
        Role.HEAD: _("Head of office"),
        Role.INSPECTOR: _("Inspector"),
        Role.ACCOUNTANT: _("Enforcement accountant"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
)

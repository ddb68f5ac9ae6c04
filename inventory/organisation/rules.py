"""Kinds of offices and roles of staff."""

from enum import StrEnum

from inventory.base.messages import _, labels


class OfficeKind(StrEnum):
    """Level of an office in the tree (L25 Art. 17-19)."""

    CENTRE = "centre"
    PROVINCE = "province"
    DIVISION = "division"
    MILITARY = "military"
    ARCHIVE = "archive"


class Role(StrEnum):
    """What somebody is appointed to do in an office."""

    KEEPER = "keeper"
    OFFICER = "enforcement_officer"
    HEAD = "head"
    INSPECTOR = "inspector"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"


labels(
    {
        OfficeKind.CENTRE: _("Centre"),
        OfficeKind.PROVINCE: _("Provincial office"),
        OfficeKind.DIVISION: _("Regional division"),
        OfficeKind.MILITARY: _("Military office"),
        OfficeKind.ARCHIVE: _("Imported history"),
        Role.KEEPER: _("Warehouse keeper"),
        Role.OFFICER: _("Enforcement officer"),
        Role.HEAD: _("Head of office"),
        Role.INSPECTOR: _("Inspector"),
        Role.ACCOUNTANT: _("Enforcement accountant"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
)

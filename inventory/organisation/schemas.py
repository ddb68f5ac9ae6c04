"""What is said of offices, staff and appointments."""

from datetime import date
from typing import Annotated

import msgspec

from inventory.base.said import Said
from inventory.organisation.rules import OfficeKind, Role

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class NewOffice(Said, frozen=True, kw_only=True):
    """An office and the one it stands under, by its code."""

    code: Code
    name: Name
    kind: OfficeKind
    parent: Code
    valid_from: date


class NewEnd(Said, frozen=True, kw_only=True):
    """Into which office another one ends, from which day on, and by which decision."""

    successor: Code
    from_on: date
    basis: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]


class Succeeded(msgspec.Struct, frozen=True, kw_only=True):
    """What went to the successor."""

    successor: str
    assets: int
    cases: int
    places: int
    lots: int
    limits: int
    staff: int


class NewStaff(Said, frozen=True, kw_only=True):
    """A person who works in the service."""

    code: Code
    name: Name


class NewAppointment(Said, frozen=True, kw_only=True):
    """A role somebody is to hold in an office."""

    staff: Code
    office: Code
    role: Role
    valid_from: date
    valid_to: date | None = None


class Me(msgspec.Struct, frozen=True):
    """Who asks, and what he may do."""

    name: str
    office_id: int
    roles: list[str]
    permissions: list[str]
    locale: str


class StaffRow(msgspec.Struct, frozen=True):
    """A role somebody holds in an office."""

    code: str
    name: str
    role: Role
    valid_from: date
    valid_to: date | None

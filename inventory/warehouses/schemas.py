"""What is said of a place when it is added, and how trees and pages show it."""

from datetime import date
from typing import Annotated

import msgspec

from inventory.base.said import Line, RowId, Said
from inventory.warehouses.rules import CustodyForm, PlaceKind


class NewPlace(Said, frozen=True, kw_only=True):
    """A warehouse, or a spot inside a place; a spot is kept in the form of the place around it."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    kind: PlaceKind
    parent_id: RowId | None = None
    custody_form: CustodyForm | None = None
    address: Line | None = None
    capacity: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] | None = None


class PlaceRow(msgspec.Struct, frozen=True):
    """A place in the tree of its office.

    ``held`` counts what lies in it, ``inside`` that with all that lies below it.
    """

    id: int
    parent_id: int | None
    path: str
    code: str
    name: str
    kind: PlaceKind
    custody_form: CustodyForm
    capacity: int | None
    closed_on: date | None
    held: int
    inside: int

    @property
    def filled(self) -> int | None:
        """How full it is with all inside it, in per cent; None where nobody said what it holds."""
        return 100 * self.inside // self.capacity if self.capacity else None

    @property
    def depth(self) -> int:
        """How deep it lies: 0 for a warehouse."""
        return self.path.count("/") - 2


class Around(msgspec.Struct, frozen=True):
    """A place around another."""

    id: int
    name: str


class PlaceOut(msgspec.Struct, frozen=True, kw_only=True):
    """One place, with the places it lies in, the outermost first."""

    id: int
    office_id: int
    parent_id: int | None
    path: str
    code: str
    name: str
    kind: PlaceKind
    custody_form: CustodyForm
    address: str | None
    capacity: int | None
    closed_on: date | None
    around: list[Around]


class PlaceChoice(msgspec.Struct, frozen=True):
    """A place something can be brought to, with its way from the outermost place."""

    id: int
    way: str

"""What is said of an asset when it is registered, and how lists and pages show it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.assets.rules import AssetKind
from inventory.base.said import Line
from inventory.custody.schemas import TakeIn

Text = Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]


class Made(msgspec.Struct, frozen=True):
    """A new asset's number."""

    reference: str
    id: int


class NewAsset(msgspec.Struct, frozen=True, kw_only=True):
    """An asset's identity; ``take_in`` where it comes into a place at once."""

    kind: AssetKind
    description: Text
    identification: Line | None = None
    quantity: Decimal = Decimal(1)
    unit: Line | None = None
    condition: Line | None = None
    owner_name: Line | None = None
    location: Line | None = None
    perishable_on: date | None = None
    take_in: TakeIn | None = None


class AssetRow(msgspec.Struct, frozen=True):
    """An asset in a list."""

    id: int
    reference: str
    kind: AssetKind
    description: str
    registered_at: datetime
    place_id: int | None = None
    place: str | None = None


class AssetOut(msgspec.Struct, frozen=True, kw_only=True):
    """One asset with where it is now; ``way`` leads to the place from the outermost one.

    ``home`` is the place that keeps its room while it is given out for a time.
    """

    id: int
    reference: str
    office_id: int
    case_number: str | None
    kind: AssetKind
    description: str
    identification: str | None
    quantity: Decimal
    unit: str | None
    condition: str | None
    owner_name: str | None
    location: str | None
    perishable_on: date | None
    source: str | None
    source_ref: str | None
    registered_at: datetime
    version: int
    place_id: int | None
    place: str | None
    way: str | None
    holder: str | None
    since: datetime | None
    home: str | None

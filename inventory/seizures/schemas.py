"""What is said when an asset is seized."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.assets.rules import AssetKind
from inventory.assets.schemas import Line, NewAsset
from inventory.custody.schemas import TakeIn

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class NewSeizedAsset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An asset and the seizure decision it is held on."""

    case_number: Number
    decision_number: Number
    decision_on: date
    minutes: Line | None = None
    kind: AssetKind
    description: Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]
    identification: Line | None = None
    quantity: Decimal = Decimal(1)
    unit: Line | None = None
    condition: Line | None = None
    owner_name: Line | None = None
    location: Line | None = None
    perishable_on: date | None = None
    take_in: TakeIn | None = None

    def asset(self) -> NewAsset:
        """The part that identifies the asset."""
        return NewAsset(**{name: getattr(self, name) for name in NewAsset.__struct_fields__})


class NewSeizure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further seizure of an asset that is here already."""

    case_number: Number
    decision_number: Number
    decision_on: date
    minutes: Line | None = None


class SeizureRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision that releases a seizure (L25 Art. 95)."""

    release_decision: Number
    released_on: date

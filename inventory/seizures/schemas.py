"""What is said when an asset is seized, and how its seizures are shown."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.assets.rules import AssetKind
from inventory.assets.schemas import NewAsset, Text
from inventory.base.said import Line, Number, RowId, Said
from inventory.custody.schemas import Paper, TakeIn, Words
from inventory.orders.schemas import LineNo


class NewSeizedAsset(Said, frozen=True, kw_only=True):
    """An asset and the seizure decision it is held on."""

    case_number: Number
    decision_number: Number
    decision_on: date
    minutes: Line | None = None
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

    def asset(self) -> NewAsset:
        """The part that identifies the asset."""
        return NewAsset(**{name: getattr(self, name) for name in NewAsset.__struct_fields__})


class SeizedThing(Said, frozen=True, kw_only=True):
    """A thing of an order that is registered and taken in: on which line, into which place."""

    line: LineNo
    place_id: RowId
    kind: AssetKind
    description: Text
    identification: Line | None = None
    quantity: Decimal = Decimal(1)
    unit: Line | None = None
    condition: Line | None = None
    owner_name: Line | None = None


class SeizedIntake(Said, frozen=True, kw_only=True):
    """Up to a hundred things of one order that one decision seized, received together."""

    order: Number
    case_number: Number
    decision_number: Number
    decision_on: date
    minutes: Line | None = None
    giver: Words
    reason: Words
    document: Paper = ""
    things: Annotated[list[SeizedThing], msgspec.Meta(min_length=1, max_length=100)]

    def assets(self) -> list[NewAsset]:
        """The assets, each with the line it comes in on."""
        return [
            NewAsset(
                **{name: getattr(thing, name) for name in _OF_THING},
                take_in=TakeIn(
                    thing.place_id,
                    self.giver,
                    self.reason,
                    self.document,
                    f"{self.order}/{thing.line}",
                ),
            )
            for thing in self.things
        ]


_OF_THING = (
    "kind",
    "description",
    "identification",
    "quantity",
    "unit",
    "condition",
    "owner_name",
)


class NewSeizure(Said, frozen=True, kw_only=True):
    """A further seizure of an asset that is here already."""

    case_number: Number
    decision_number: Number
    decision_on: date
    minutes: Line | None = None


class SeizureRelease(Said, frozen=True, kw_only=True):
    """The decision that releases a seizure (L25 Art. 95)."""

    case_number: Number
    release_decision: Number
    released_on: date


class SeizureOut(msgspec.Struct, frozen=True):
    """A seizure of an asset for a case."""

    id: int
    case_id: int
    case_number: str | None
    decision_number: str
    decision_on: date
    minutes: str | None
    released_on: date | None
    release_decision: str | None

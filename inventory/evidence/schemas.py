"""What is said when an asset is held as evidence, and how its holds are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.assets.rules import AssetKind
from inventory.assets.schemas import NewAsset, Text
from inventory.base.said import Line, Number, RowId, Said
from inventory.custody.schemas import TakeIn
from inventory.evidence.rules import Comparison, HoldKind
from inventory.seals.schemas import ReceivedSeal

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Agency = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class NewHold(Said, frozen=True, kw_only=True):
    """The ground: which agency holds or sent it, on which first minutes, under which seal.

    ``comparison`` with those minutes, ``difference`` and the number of the ``letter`` that asks the
    agency to explain it, where it is not as they say.
    """

    hold: HoldKind
    agency: Agency
    received_on: date
    first_minutes: Number | None = None
    comparison: Comparison | None = None
    difference: Words | None = None
    letter: Number | None = None
    seal: ReceivedSeal | None = None
    case_number: Number | None = None


class NewEvidence(NewHold, frozen=True, kw_only=True):
    """An asset that comes as evidence or is held for the time being."""

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


class HoldEnd(Said, frozen=True, kw_only=True):
    """The decision that ends a hold: forfeited, returned, destroyed, kept for enforcement."""

    hold_id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    end_decision: Number
    ended_on: date


class MismatchAnswer(Said, frozen=True, kw_only=True):
    """The agency's written answer that it answers for a mismatch, or the court's correction."""

    hold_id: RowId
    answer_number: Number
    answered_on: date
    answer: Words


class NewReleaseHour(Said, frozen=True, kw_only=True):
    """When, to whom and on which order a keeping body lets a thing go (D152/26 Art. 37(3))."""

    release_at: datetime
    receiver: Agency
    order_number: Number


class ReleaseHourOut(msgspec.Struct, frozen=True):
    """The hour at which a keeping body lets a thing go."""

    release_at: datetime
    receiver: str
    order_number: str


class HoldOut(msgspec.Struct, frozen=True):
    """A hold of an asset."""

    id: int
    kind: HoldKind
    agency: str
    received_on: date
    first_minutes: str | None
    comparison: Comparison | None
    difference: str | None
    letter: str | None
    answer_number: str | None
    answered_on: date | None
    answer: str | None
    keeping_article: str | None
    case_number: str | None
    ended_on: date | None
    end_decision: str | None

"""What is said when an asset is held as evidence, and how its holds are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.assets.rules import AssetKind
from inventory.assets.schemas import NewAsset, Text
from inventory.base.said import Line, Number, RowId, Said
from inventory.custody.schemas import Paper, TakeIn
from inventory.custody.schemas import Words as CustodyWords
from inventory.evidence.lists import MOST_THINGS
from inventory.evidence.rules import Comparison, HoldKind
from inventory.orders.schemas import LineNo
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


class EvidenceThing(Said, frozen=True, kw_only=True):
    """A thing of several that come together; with a place it is taken in, on a line of the order.

    What was said of all is not said again: it agrees with the minutes unless it is said to differ.
    """

    description: Text
    kind: AssetKind = AssetKind.MOVABLE
    identification: Line | None = None
    quantity: Decimal = Decimal(1)
    unit: Line | None = None
    condition: Line | None = None
    owner_name: Line | None = None
    perishable_on: date | None = None
    comparison: Comparison | None = None
    difference: Words | None = None
    letter: Number | None = None
    seal: ReceivedSeal | None = None
    place_id: RowId | None = None
    line: LineNo | None = None


class EvidenceIntake(Said, frozen=True, kw_only=True):
    """Up to a hundred things that one agency hands over on the same first minutes."""

    hold: HoldKind
    agency: Agency
    received_on: date
    first_minutes: Number | None = None
    comparison: Comparison | None = None
    case_number: Number | None = None
    order: Number | None = None
    giver: CustodyWords | None = None
    reason: CustodyWords | None = None
    document: Paper = ""
    things: Annotated[list[EvidenceThing], msgspec.Meta(min_length=1, max_length=MOST_THINGS)]

    def news(self) -> list[NewEvidence]:
        """Each thing as it would be registered alone."""
        return [
            NewEvidence(
                **{name: getattr(self, name) for name in _OF_ALL},
                **{name: getattr(thing, name) for name in _OF_THING},
                comparison=thing.comparison or self.comparison,
                take_in=self._coming(thing),
            )
            for thing in self.things
        ]

    def _coming(self, thing: EvidenceThing) -> TakeIn | None:
        if thing.place_id is None:
            return None
        order = f"{self.order}/{thing.line}" if self.order and thing.line else self.order
        giver, reason = self.giver or self.agency, self.reason or self.first_minutes or self.agency
        return TakeIn(thing.place_id, giver, reason, self.document, order)


_OF_ALL = ("hold", "agency", "received_on", "first_minutes", "case_number")
_OF_THING = (
    "description",
    "kind",
    "identification",
    "quantity",
    "unit",
    "condition",
    "owner_name",
    "perishable_on",
    "difference",
    "letter",
    "seal",
)


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

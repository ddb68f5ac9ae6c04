"""What is said when an asset is seized, and how its seizures are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.assets.rules import AssetKind
from inventory.assets.schemas import NewAsset, Text
from inventory.base.said import Line, Number, RowId, Said
from inventory.custody.schemas import Paper, TakeIn, Words
from inventory.orders.schemas import LineNo
from inventory.seizures.rules import SeizureWay


class DrawnUp(Said, frozen=True, kw_only=True):
    """What a decision says that the program draws up and numbers.

    `registers` are told of a release, one after the other with semicolons; `owner` is whom a
    released thing goes back to.
    """

    grounds: Words
    owner: Line | None = None
    carried_out_by: Line | None = None
    carried_out_at: datetime | None = None
    place: Line | None = None
    extra: bool = False
    registers: Line | None = None


class Choice(Said, frozen=True, kw_only=True):
    """What is said of an asset that the debtor himself asked to have seized (D152/26 Art. 54(4)).

    ``debtor_asked`` says that he did: its ``estimated_value`` must be enough, ``expected_costs``
    are those still to come, ``frozen`` are further assets of his by number and ``frozen_words``
    those that have none here.
    """

    debtor_asked: bool = False
    estimated_value: Decimal | None = None
    expected_costs: Decimal | None = None
    frozen: Text | None = None
    frozen_words: Line | None = None


class NewSeizedAsset(Choice, frozen=True, kw_only=True):
    """An asset and the seizure decision it is held on: its number, or what it is to say.

    ``seized_by`` is who seized, where that was not the office itself (L25 Art. 31(4)). ``way`` says
    how it came about: by the judgment, whose number and day the decision's are then, or on the
    spot, where ``supplements`` is the number of the first decision for the case.
    """

    case_number: Number
    decision_number: Number | None = None
    decision_on: date
    drawn_up: DrawnUp | None = None
    minutes: Line | None = None
    seized_by: Line | None = None
    way: SeizureWay = SeizureWay.DECISION
    supplements: Number | None = None
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
    seized_by: Line | None = None
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


class NewSeizure(Choice, frozen=True, kw_only=True):
    """A further seizure of an asset that is here already, and of more things by one decision.

    ``further`` are the references of those; without a number the decision is drawn up. What the
    debtor asked for is seized by itself; it counts for what is known of its worth here. ``way`` and
    ``supplements`` as where a thing is registered.
    """

    case_number: Number
    decision_number: Number | None = None
    decision_on: date
    drawn_up: DrawnUp | None = None
    further: Text | None = None
    minutes: Line | None = None
    seized_by: Line | None = None
    way: SeizureWay = SeizureWay.DECISION
    supplements: Number | None = None


class SeizureRelease(Said, frozen=True, kw_only=True):
    """The decision that releases a seizure (L25 Art. 95): its number, or what it is to say."""

    case_number: Number
    release_decision: Number | None = None
    released_on: date
    drawn_up: DrawnUp | None = None


Lines = Annotated[str, msgspec.Meta(max_length=8000)]
"""Several lines of text."""


class NewActMinutes(Said, frozen=True, kw_only=True):
    """What minutes say of the act: when, where, who was there, who was not, what was said.

    ``present`` is a line each, ``name; role; address; identity paper``; ``refusals`` a line each,
    ``name: reason``.
    """

    case_number: Number
    at: datetime
    ended_at: datetime | None = None
    place: Line
    present: Lines | None = None
    absences: Lines | None = None
    opinions: Lines | None = None
    incidents: Lines | None = None
    refusals: Lines | None = None


class NewMinutes(NewActMinutes, frozen=True, kw_only=True):
    """Minutes of a seizure; ``states`` is a line each, ``reference: state``.

    ``force`` says that police or others were called up for it (D152/26 Art. 42).
    """

    force: bool = False
    recorder: Line | None = None
    states: Lines | None = None
    others: Lines | None = None
    custody: Words


class NewCustody(NewActMinutes, frozen=True, kw_only=True):
    """Minutes of giving into custody."""

    custodian: Words
    custodian_address: Line | None = None
    custodian_identity: Line | None = None
    contract_number: Line | None = None
    until_on: date | None = None
    duties: Lines | None = None
    use: Line | None = None


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
    debtor_asked: bool
    seized_by: str | None = None
    estimated_value: Decimal | None = None
    way: SeizureWay = SeizureWay.DECISION
    supplements: str | None = None

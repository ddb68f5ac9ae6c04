"""What is said of warehouse orders, the data of their papers, and how pages show them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, RowId, Said
from inventory.orders.rules import Direction, Ending, Purpose, Step
from inventory.papers.schemas import PaperData, Party

Name = Annotated[str, msgspec.Meta(min_length=2, max_length=300)]
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
LineNo = Annotated[int, msgspec.Meta(ge=1, le=500)]


class NewLine(Said, frozen=True, kw_only=True):
    """An asset by its number, or a thing still to be registered by its description.

    An asset goes as it is registered, all pieces of it; of other things one where nothing is said.
    """

    asset: Number | None = None
    description: Line | None = None
    identification: Line | None = None
    unit: Line | None = None
    quantity: Decimal | None = None
    features: Line | None = None
    state: Line | None = None
    seal_number: Number | None = None


class NewOrder(Said, frozen=True, kw_only=True):
    """A request to store in or to release; the head's signature makes it an order."""

    direction: Direction
    purpose: Purpose
    place_id: RowId
    reason: Reason
    legal_basis: Name
    party_name: Name
    party_post: Line | None = None
    party_identity: Line | None = None
    case_number: Number | None = None
    planned_at: datetime | None = None
    lines: list[NewLine]


class Closing(Said, frozen=True, kw_only=True):
    """Why an order is refused or withdrawn."""

    reason: Reason


class FoundLine(Said, frozen=True, kw_only=True):
    """What was there of a line when it was handed over."""

    no: LineNo
    quantity: Decimal
    state: Line | None = None
    seal_number: Number | None = None
    note: Line | None = None


class HandOver(Said, frozen=True, kw_only=True):
    """What was there, line by line, and who gave or took it, by which paper."""

    identity: Line | None = None
    authority: Line | None = None
    lines: list[FoundLine] = msgspec.field(default_factory=list)
    note: Line | None = None


class NewDelegation(Said, frozen=True, kw_only=True):
    """Who signs warehouse orders for the head, by which decision, from which day to which."""

    staff: Code
    decision_number: Number
    valid_from: date
    valid_to: date


class OrderPaper(PaperData, frozen=True, kw_only=True):
    """The data of an order to store in or to release (D65, D66-THADS)."""

    order: str
    direction: Direction
    purpose: Purpose
    warehouse: str
    reason: str
    party: Party
    planned_at: datetime | None = None


class SlipPaper(PaperData, frozen=True, kw_only=True):
    """The data of a receipt or release slip (C04, C05-THADS)."""

    order: str
    order_number: str
    direction: Direction
    purpose: Purpose
    warehouse: str
    reason: str
    party: Party
    minutes_number: str | None = None


class MinutesPaper(PaperData, frozen=True, kw_only=True):
    """The data of hand-over minutes: what the order says and what was there."""

    order: str
    order_number: str
    direction: Direction
    purpose: Purpose
    warehouse: str
    reason: str
    at: datetime
    giver: Party
    receiver: Party
    copies: int


class OrderRow(msgspec.Struct, frozen=True):
    """An order in a list."""

    id: int
    reference: str
    direction: Direction
    purpose: Purpose
    ending: Ending | None
    number: str | None
    warehouse: str
    party_name: str
    requested_at: datetime
    requested_by: str | None
    signed_at: datetime | None
    closed_at: datetime | None
    finished_at: datetime | None
    lines: int


class LineOut(msgspec.Struct, frozen=True):
    """A line of an order with what went through and what was found."""

    no: int
    asset: str | None
    description: str
    identification: str | None
    unit: str | None
    quantity: Decimal
    features: str | None
    state: str | None
    seal_number: str | None
    used: Decimal
    found: Decimal | None
    found_state: str | None
    found_seal: str | None
    found_note: str | None


class StepOut(msgspec.Struct, frozen=True):
    """A step that was taken."""

    step: Step
    at: datetime
    by: str
    paper_reference: str | None
    paper_number: str | None
    identity: str | None
    authority: str | None
    note: str | None


class OrderOut(msgspec.Struct, frozen=True, kw_only=True):
    """One order with its lines, the steps taken and the one whose turn it is."""

    id: int
    reference: str
    office_id: int
    place_id: int
    warehouse: str
    direction: Direction
    purpose: Purpose
    reason: str
    legal_basis: str
    case_id: int | None
    case_number: str | None
    party_name: str
    party_post: str | None
    party_identity: str | None
    planned_at: datetime | None
    requested_at: datetime
    requested_by_id: int | None
    requested_by: str | None
    signed_at: datetime | None
    signed_by: str | None
    number: str | None
    closed_at: datetime | None
    ending: Ending | None
    ending_reason: str | None
    finished_at: datetime | None
    due: Step | None
    lines: list[LineOut]
    steps: list[StepOut]


class DelegationRow(msgspec.Struct, frozen=True):
    """Who signs for the head."""

    id: int
    staff: str
    decision_number: str
    valid_from: date
    valid_to: date
    ended_at: datetime | None


class OpenLine(msgspec.Struct, frozen=True):
    """A line of a signed order that something can still go through on, to choose from.

    ``checked`` says whether taker, state and seals were looked at, before which nothing leaves.
    """

    choice: str
    number: str
    text: str
    checked: bool = True


class CardLine(msgspec.Struct, frozen=True):
    """A line of an asset's stock card: what came and what went, on which slip.

    What is written off went on no order, but by a decision of its own.
    """

    at: datetime
    direction: Direction
    order: str | None
    order_number: str | None
    slip_reference: str | None
    slip_number: str | None
    quantity: Decimal
    balance: Decimal

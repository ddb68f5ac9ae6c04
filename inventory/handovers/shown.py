"""How offers, transfers and loans are shown, and who answers for a thing."""

from datetime import date, datetime

import msgspec

from inventory.custody.rules import CustodyKind, SealState
from inventory.handovers.rules import Answer, Arrival, NoteKind, Purpose
from inventory.papers.rules import Proof


class OfferLine(msgspec.Struct, frozen=True):
    """A thing of an offer."""

    asset: str
    description: str
    place: str | None
    answer: Answer | None
    reason: str | None
    answered_at: datetime | None


class OfferRow(msgspec.Struct, frozen=True):
    """An offer in a list."""

    id: int
    reference: str
    giver: str
    receiver: str
    reason: str
    answer_by: date
    offered_at: datetime
    closed_at: datetime | None
    lines: int
    open: int
    refused: int


class OfferOut(msgspec.Struct, frozen=True, kw_only=True):
    """One offer with its things and signatures."""

    reference: str
    office_id: int
    giver: str
    giver_post: str
    giver_staff_id: int | None
    receiver: str
    receiver_post: str
    receiver_staff_id: int | None
    reason: str
    order_number: str
    answer_by: date
    offered_at: datetime
    offered_by_id: int | None
    closed_at: datetime | None
    lines: list[OfferLine]
    signatures: list[str]


class Charge(msgspec.Struct, frozen=True):
    """Who answers for a thing since it was handed over to him."""

    asset_id: int
    staff_id: int | None
    name: str
    handover: str


class TransferLineOut(msgspec.Struct, frozen=True):
    """A thing of a transfer; ``here`` is false where the reader's office does not have it.

    ``seals`` as they were found when it was sent.
    """

    asset: str
    description: str
    came_from: str
    arrival: Arrival | None
    note: str | None
    said_at: datetime | None
    holder: str
    paper: str | None
    came_back_at: datetime | None
    arrived: bool
    here: bool
    seals: dict[str, SealState]


class TransferRow(msgspec.Struct, frozen=True):
    """A transfer in a list."""

    id: int
    reference: str
    from_office: str
    to_office: str
    to_place: str | None
    carrier: str
    expected_on: date
    sent_at: datetime
    closed_at: datetime | None
    lines: int
    open: int
    missing: int
    refused: int


class TransferOut(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer with its things."""

    reference: str
    office_id: int
    from_office: str
    to_office_id: int
    to_office: str
    to_place_id: int | None
    to_place: str | None
    whole_place: str | None
    carrier: str
    carrier_post: str
    carrier_proof: Proof | None
    carrier_staff_id: int | None
    reason: str
    order_number: str
    expected_on: date
    sent_at: datetime
    closed_at: datetime | None
    lines: list[TransferLineOut]


class Reported(msgspec.Struct, frozen=True):
    """What the receiver of a transfer found amiss of a thing, seal by seal, and who said so."""

    transfer: str
    office: str
    arrival: Arrival
    note: str
    seals: dict[str, SealState]
    at: datetime
    by: str


class PastEntry(msgspec.Struct, frozen=True):
    """What an office wrote of a thing's custody, also after the thing went to another office."""

    asset: str
    seq: int
    kind: CustodyKind
    giver: str
    receiver: str
    document: str
    at: datetime
    actor: str


class LoanLineOut(msgspec.Struct, frozen=True):
    """A thing of a loan; ``seals`` as they were found when it came back."""

    asset: str
    description: str
    home_place_id: int
    home: str
    returned_at: datetime | None
    brought_by: str | None
    condition: str | None
    seals: dict[str, SealState]


class LoanNoteOut(msgspec.Struct, frozen=True):
    """An entry of a loan's log."""

    kind: NoteKind
    text: str
    spoken_with: str | None
    paper: str | None
    due_on: date
    noted_at: datetime
    actor: str


class LoanRow(msgspec.Struct, frozen=True):
    """A loan in a list."""

    id: int
    reference: str
    borrower: str
    purpose: Purpose
    due_on: date
    lent_at: datetime
    closed_at: datetime | None
    lines: int
    open: int
    reminders: int


class LoanOut(msgspec.Struct, frozen=True, kw_only=True):
    """One loan with its things and its log."""

    reference: str
    office_id: int
    borrower: str
    taker_name: str
    taker_post: str
    taker_proof: Proof
    taker_proof_number: str | None
    purpose: Purpose
    request_number: str
    requested_on: date
    order_number: str
    lent_at: datetime
    first_due_on: date
    due_on: date
    closed_at: datetime | None
    lines: list[LoanLineOut]
    notes: list[LoanNoteOut]

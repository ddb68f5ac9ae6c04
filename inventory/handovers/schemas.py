"""What is said when things change hands, and how it is shown."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, RowId, Said
from inventory.custody.schemas import Looked, Words
from inventory.handovers.rules import MOST_AT_ONCE, Arrival, Purpose
from inventory.papers.rules import Proof
from inventory.papers.schemas import ItemLine, PaperData, Party

Name = Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
Paper = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Things = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
Orders = Annotated[str, msgspec.Meta(max_length=2000)]
"""Signed orders, one after the other."""
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class Outsider(Said, frozen=True, kw_only=True):
    """Somebody without an account, as his identity paper says."""

    name: Name
    post: Name
    proof: Proof
    proof_number: Line | None = None


class NewOffer(Said, frozen=True, kw_only=True):
    """What is offered, why, and until when the receiver is to answer.

    Without a day the dated rule says it. The receiver is one of us (``receiver_code``) or somebody
    without an account. Who takes things over from somebody without an account names him as
    ``giver``. What lies in a warehouse is offered by its keeper, on the ``order`` to release it
    that names the receiver.
    """

    assets: Things
    reason: Words
    answer_by: date | None = None
    receiver_code: Line | None = None
    receiver_name: Line | None = None
    receiver_post: Line | None = None
    giver_name: Line | None = None
    giver_post: Line | None = None
    order: Number | None = None


class LineAnswer(Said, frozen=True, kw_only=True):
    """What the receiver says of one thing."""

    asset: Line
    accepted: bool
    reason: Line | None = None


class NewAnswers(Looked, frozen=True, kw_only=True):
    """What the receiver says of some or all things; who has no account signs."""

    answers: Annotated[list[LineAnswer], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    signed: Outsider | None = None


class Answered(msgspec.Struct, frozen=True):
    """What an answer left behind: the references of the receipt, and of the letter on what was
    refused, where there are any."""

    reference: str
    accepted: int
    refused: int
    open: int
    paper: str | None
    letter: str | None = None


class NewTransfer(Looked, frozen=True, kw_only=True):
    """What goes to which warehouse, by whom, on which order, and when it is expected.

    ``to_place_id`` is a place of the same office; ``to_office`` the code of another office, which
    chooses the place itself when it takes over. Things leave one of our warehouses on a signed
    order, many of them on several.
    ``whole_place_id`` sends all that lies in a warehouse; otherwise ``assets`` names the things.
    """

    to_place_id: RowId | None = None
    to_office: Line | None = None
    reason: Words
    expected_on: date
    order: Orders | None = None
    carrier_code: Line | None = None
    carrier_name: Line | None = None
    carrier_post: Line | None = None
    carrier_proof: Proof | None = None
    assets: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()
    whole_place_id: RowId | None = None


class LineArrival(Said, frozen=True, kw_only=True):
    """What the receiver found of one thing, and where he put it."""

    asset: Line
    arrival: Arrival
    place_id: RowId | None = None
    note: Line | None = None


class NewArrivals(Looked, frozen=True, kw_only=True):
    """What the receiver found of some or all things; on which order they were taken in.

    ``place_id`` is where they are put that name no place of their own.
    """

    arrivals: Annotated[list[LineArrival], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    order: Line | None = None
    place_id: RowId | None = None


class NewStoring(Said, frozen=True, kw_only=True):
    """For which warehouse the receiver asks for the order to store in, and on what basis."""

    place_id: RowId
    legal_basis: Name


class NewComeback(Looked, frozen=True, kw_only=True):
    """Which things came back to the sender, on which order, and where they are put."""

    assets: Things
    order: Line | None = None
    place_id: RowId | None = None


class Arrived(msgspec.Struct, frozen=True):
    """What receiving left behind: minutes, and the letter on what was not as it should be."""

    reference: str
    received: int
    missing: int
    open: int
    papers: list[str]
    letter: str | None = None


class NewLoan(Looked, frozen=True, kw_only=True):
    """What is given out for a time, to whom, on whose request and order, for how long.

    The time is a number of working days, or a day.
    """

    assets: Things
    borrower: Name
    taker: Outsider
    purpose: Purpose
    request_number: Paper
    requested_on: date
    order: Line | None = None
    working_days: Days | None = None
    due_on: date | None = None


class NewContact(Said, frozen=True, kw_only=True):
    """A contact with the borrower."""

    text: Words
    spoken_with: Line | None = None


class NewExtension(Said, frozen=True, kw_only=True):
    """A later due day, with its reason and the paper that asks for it."""

    reason: Words
    paper: Paper
    working_days: Days | None = None
    due_on: date | None = None


class LineReturn(Said, frozen=True, kw_only=True):
    """How a thing came back; without a place it goes where it lay."""

    asset: Line
    condition: Line | None = None
    place_id: RowId | None = None


class NewReturns(Looked, frozen=True, kw_only=True):
    """Some or all things come back, brought by somebody, on the signed order to store them again.

    Only a warehouse of the office asks for the order.
    """

    order: Number | None = None
    returns: Annotated[list[LineReturn], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    brought_by: Outsider


class Lent(msgspec.Struct, frozen=True):
    """A loan's number, its due day and the reference of its minutes."""

    reference: str
    due_on: date
    paper: str


class CameBack(msgspec.Struct, frozen=True):
    """What a return left behind."""

    reference: str
    returned: int
    open: int
    paper: str
    letter: str | None = None


class HandoverPaper(PaperData, frozen=True, kw_only=True):
    """Data of hand-over minutes: who gave what to whom, and what the receiver refused."""

    giver: Party
    receiver: Party
    reason: str
    at: datetime
    purpose: str | None = None
    order_number: str | None = None
    place: str | None = None
    refused: tuple[ItemLine, ...] = ()
    due_on: date | None = None
    copies: int | None = None


class ClarificationPaper(PaperData, frozen=True, kw_only=True):
    """Data of the letter that asks who gave things to explain what was not as it should be.

    The state of a line is what the receiver said of it, its note the reason.
    """

    giver: Party
    receiver: Party
    reason: str
    at: datetime

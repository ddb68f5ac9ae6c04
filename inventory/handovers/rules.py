"""Who gives and who takes, what he says of each thing, and what may go wrong on the way.

Hand-over, taking out for proceedings and transfer: C04/23 Art. 10, 11.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import msgspec

from inventory.base.errors import Duplicate, Forbidden, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels

HANDOVER_PREFIX, TRANSFER_PREFIX, LOAN_PREFIX = "GN", "DC", "TX"
"""First letters of the references: giao nhận, điều chuyển, trích xuất."""

MOST_AT_ONCE = 200
"""Things that one hand-over or loan may name; a whole warehouse goes by a transfer."""

ANSWER, REMIND_BEFORE, REMIND_LATE = "handover_answer", "loan_remind_before", "loan_remind_late"
"""Dated rules: until when an offer is answered, and when a loan is reminded of."""


class Reminding(NamedTuple):
    """How many days before its return a loan is reminded of, and how many after it."""

    before: int
    late: tuple[int, ...]


class Answer(StrEnum):
    """What became of a thing that was offered."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Arrival(StrEnum):
    """What the receiver of a transfer found of a thing."""

    RECEIVED = "received"
    DAMAGED = "damaged"
    MISSING = "missing"
    REFUSED = "refused"


NOT_TAKEN = frozenset({Arrival.MISSING, Arrival.REFUSED})
"""What stays with the carrier; it may still be received later, or come back to the sender."""


class Finding(Protocol):
    """What a receiver says of a thing; what is said from outside lies above."""

    @property
    def arrival(self) -> Arrival:
        """How it came."""
        ...

    @property
    def note(self) -> str | None:
        """What is wrong with it."""
        ...


def reported(
    before: Sequence[dict[str, Any]],
    found: tuple[Finding, Mapping[str, str]],
    by: str,
    at: datetime,
) -> list[dict[str, Any]]:
    """What a receiver found amiss so far, with what he found now: the arrival, why, each seal."""
    one, seals = found
    if one.arrival is Arrival.RECEIVED:
        return list(before)
    said = {"arrival": one.arrival.value, "note": one.note, "seals": dict(seals)}
    return [*before, said | {"at": at.isoformat(), "by": by}]


class Purpose(StrEnum):
    """What a thing is taken out for (C04/23 Art. 11(3))."""

    HEARING = "hearing"
    EXAMINATION = "examination"
    INVESTIGATION = "investigation"
    OTHER = "other"


class NoteKind(StrEnum):
    """An entry of a loan's log."""

    CONTACT = "contact"
    REMINDER = "reminder"
    EXTENSION = "extension"


class LeavesOffice(msgspec.Struct, frozen=True):
    """Things are about to be sent to another office; whoever still works on one refuses."""

    asset_ids: tuple[int, ...]
    on: date


class NotAnswerable(Forbidden):
    """Only who answers for a thing may hand it over."""

    code = "not_answerable"


class NotTheReceiver(Forbidden):
    """Only the receiver takes over; who has no account signs at the giver's screen."""

    code = "not_the_receiver"


class OfferedAlready(Duplicate):
    """The thing is offered to somebody who has not answered yet."""

    code = "offered_already"


class OfferClosed(OutOfPlace):
    """The offer is answered, withdrawn or expired."""

    code = "offer_closed"


class NeedsOrder(Unlawful):
    """What lies in a warehouse leaves its keepers by the order of the head of office only."""

    code = "needs_order"


class ReasonMissing(Invalid):
    """Who refuses a thing, or finds it damaged or missing, says why."""

    code = "reason_missing"


class SignatureMissing(Invalid):
    """Who has no account signs with name, post and identity paper."""

    code = "signature_missing"


class TransferDone(OutOfPlace):
    """Everything of the transfer has been received."""

    code = "transfer_done"


class LoanEnded(OutOfPlace):
    """Everything that was given out has come back."""

    code = "loan_ended"


class AlreadySaid(Duplicate):
    """That was said of the thing before."""

    code = "already_said"


def reminder_tier(due_on: date, today: date, when: Reminding) -> int | None:
    """The last reminder that is due on a day: 0 before the return is due, else days after it.

    None where it is too early to remind.
    """
    late = (today - due_on).days
    if late < -when.before:
        return None
    return max((tier for tier in when.late if tier <= late), default=0)


labels(
    {
        Answer.ACCEPTED: _("Taken over"),
        Answer.REFUSED: _("Refused"),
        Answer.EXPIRED: _("Not answered in time"),
        Answer.WITHDRAWN: _("Offer withdrawn"),
        Purpose.HEARING: _("Court hearing"),
        Purpose.EXAMINATION: _("Expert examination"),
        Purpose.INVESTIGATION: _("Investigation"),
        Purpose.OTHER: _("Other proceedings"),
        NoteKind.CONTACT: _("Contact"),
        NoteKind.REMINDER: _("Reminder"),
        NoteKind.EXTENSION: _("Extension"),
    }
)
labels(
    {
        Arrival.RECEIVED: _("Received as sent"),
        Arrival.DAMAGED: _("Received damaged"),
        Arrival.MISSING: _("Missing on arrival"),
        Arrival.REFUSED: _("Not accepted"),
    }
)

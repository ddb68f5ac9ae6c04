"""What papers have in common (D30/20 Art. 8) and what is told of an issued one.

A room that issues a paper writes its data as a struct under PaperData, made of these parts: codes,
figures and names as they were at that moment, no sentences. The template says the words.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from inventory.base.said import Said
from inventory.papers.rules import PaperKind, PaperState, Relation


class EarlierPart(msgspec.Struct, frozen=True, kw_only=True):
    """The paper that another amends, recalls or replaces, as it is named there."""

    relation: Relation
    title: str
    number: str
    on: date


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """The first lines of a paper: who issues it, under which number, where and when.

    Frozen by issue(); a paper that is only looked at has no number yet.
    """

    parent: str | None
    body: str
    symbol: str
    place: str | None
    on: date
    number: int | None = None
    form_code: str | None = None
    follows: EarlierPart | None = None
    demonstration: bool = False


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs: the post as it is printed, the name under it, and on whose behalf (TM., KT. …)."""

    post: str
    name: str | None = None
    on_behalf: str | None = None


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives, takes, attends or witnesses, with what proves it."""

    name: str
    post: str | None = None
    organisation: str | None = None
    address: str | None = None
    identity: str | None = None
    authority: str | None = None
    role: str | None = None


class CasePart(msgspec.Struct, frozen=True, kw_only=True):
    """The matter a paper belongs to: decision, judgment and parties (common head of every form)."""

    number: str
    decided_on: date | None = None
    court: str | None = None
    judgment: str | None = None
    debtor: str | None = None
    debtor_identity: str | None = None
    debtor_address: str | None = None
    creditor: str | None = None
    creditor_identity: str | None = None
    creditor_address: str | None = None
    officer: str | None = None


class SealSeen(msgspec.Struct, frozen=True):
    """A seal on a thing and the code of the state it was found in."""

    number: str
    state: str


def seals_as_seen(states: Mapping[str, str]) -> tuple[SealSeen, ...]:
    """Seals by their numbers, as a line of a paper names them."""
    return tuple(SealSeen(*one) for one in sorted(states.items()))


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a paper: what it is, how much by the paper and in truth, what it looks like.

    `code` is the asset's reference; `quantity` is what the paper says, `real` what was there;
    `seals` are those that were looked at.
    """

    name: str
    code: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    real: Decimal | None = None
    value: Decimal | None = None
    currency: str = "VND"
    weight: str | None = None
    features: str | None = None
    state: str | None = None
    seal: str | None = None
    seals: tuple[SealSeen, ...] = ()
    place: str | None = None
    note: str | None = None


class PaperData(msgspec.Struct, frozen=True, kw_only=True):
    """Parent of the data of every paper; all parts may stay empty.

    One signature stands at the right beside the recipients, several stand side by side. A paper
    that recalls another says why in its note; which one it is stands in the letterhead.
    """

    cases: tuple[CasePart, ...] = ()
    bases: tuple[str, ...] = ()
    """Articles, such as ``C04/23 Art. 11(2)``, or papers, in the order of the legal bases."""
    lines: tuple[ItemLine, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    note: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Who was there and did not sign, and why."""

    name: str
    reason: str


class ActMinutes(PaperData, frozen=True, kw_only=True):
    """Minutes of something done at a place with people present."""

    at: datetime
    ended_at: datetime | None = None
    place: str | None = None
    present: tuple[Party, ...] = ()
    absences: str | None = None
    opinions: str | None = None
    incidents: str | None = None
    refusals: tuple[Refusal, ...] = ()


class About(msgspec.Struct, frozen=True):
    """A thing a paper is about, beside its subject: ``About("asset", "TS-0000001-2")``.

    The kinds ``asset``, ``case`` (its number in the program), ``order``, ``place``, ``paper`` …
    """

    kind: str
    ref: str


class NewPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper about to be issued; `amends` and so on name an earlier paper by its reference.

    `office_id` is the issuing office where it is not the actor's own. `step_on` is the day of the
    step by whose law the form is chosen, where it is not the day of the paper itself.
    """

    kind: PaperKind
    title: str
    subject_kind: str
    subject_ref: str
    data: msgspec.Struct | dict[str, Any]
    about: tuple[About, ...] = ()
    amends: str | None = None
    recalls: str | None = None
    replaces: str | None = None
    office_id: int | None = None
    demonstration: bool = False
    step_on: date | None = None


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A paper has been issued: ``/documents/<reference>.pdf`` shows it."""

    id: int
    reference: str
    number: str
    kind: PaperKind


class LaterPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that did something to an earlier one."""

    relation: Relation
    reference: str
    number: str
    on: date


class ChainLink(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of a chain: what it did to which one before it; the first one did nothing."""

    reference: str
    number: str
    kind: PaperKind
    on: date
    relation: Relation | None
    earlier: str | None


class PaperRow(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in a list."""

    id: int
    reference: str
    kind: PaperKind
    number: str
    title: str
    dated_on: date
    office: str
    state: PaperState


class PaperOut(msgspec.Struct, frozen=True, kw_only=True):
    """An issued paper, without its pages."""

    reference: str
    kind: PaperKind
    form_code: str | None
    number: str
    title: str
    subject_kind: str
    subject_ref: str
    office: str
    dated_on: date
    issued_at: datetime
    issued_by: str
    template: str
    data_sha256: str
    state: PaperState
    follows: LaterPaper | None
    later: list[LaterPaper]
    chain: list[ChainLink]


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A series of numbers that does not run from one to its last without a hole."""

    office_id: int
    series: str
    year: int
    used: int
    highest: int
    given: int


class AmendmentData(PaperData, frozen=True, kw_only=True):
    """Which passage of a paper reads differently from now on; the note says why."""

    passage: str
    reads: str
    shall_read: str


Reason = Annotated[str, msgspec.Meta(min_length=5, max_length=2000)]
Passage = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewRecall(Said, frozen=True, kw_only=True):
    """A paper is wrong in the matter: it is recalled, and may be replaced."""

    reason: Reason


class NewAmendment(Said, frozen=True, kw_only=True):
    """A small error of a paper: where it stands, what is read there, what shall be read."""

    passage: Passage
    reads: Passage
    shall_read: Passage
    reason: Reason


class Reworded(Said, frozen=True):
    """A passage of a paper, by its path in the data, and what it says from now on."""

    path: Annotated[str, msgspec.Meta(max_length=100)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]


class NewWording(Said, frozen=True, kw_only=True):
    """What a paper says in place of a recalled one, passage by passage."""

    passages: Annotated[list[Reworded], msgspec.Meta(max_length=500)]

"""What is said of notices, and how plans and pages show them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.legal_rules.rules import Rule
from auction.notices.rules import (
    Halt,
    HaltStep,
    NoticeKind,
    NoticeLaw,
    Place,
    Requirement,
    WaitGround,
)
from inventory.attachments.schemas import AttachmentOut
from inventory.base.said import Line, Number, Said

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
Words = Annotated[str, msgspec.Meta(max_length=4000)]


class NewNotice(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice for the round that is awaited: where, on which day or from when to when.

    ``number`` is the issue of a newspaper or the number on the portal; ``name`` what the place or
    the paper is called.
    """

    kind: NoticeKind
    from_on: date
    until_on: date | None = None
    place: Place | None = None
    name: Line | None = None
    number: Line | None = None
    note: Words | None = None


class Strike(Said, frozen=True):
    """Why a notice is struck through."""

    reason: Reason


class NewHalt(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request to pause or stop a round: its ground, its paper, when it takes effect."""

    kind: Halt
    ground: Line
    document: Number
    effective_at: datetime | None = None
    note: Words | None = None


class NewWait(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day before which an asset is not sold."""

    ground: WaitGround
    not_before_on: date
    document: Number


class NewAgreement(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the parties agree in writing to an earlier sale."""

    agreed_on: date
    agreement: Number


class NewSaleDelegation(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The office that is to sell an asset for this one, by which decision."""

    office: Number
    decision: Number
    delegated_on: date


class SaleDelegationAct(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day and the paper by which a delegation is paused, resumed or ended."""

    on: date
    document: Number


class NoticeOut(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as it was recorded, with its pictures."""

    id: int
    round_number: int
    kind: NoticeKind
    place: Place | None
    name: str | None
    number: str | None
    from_on: date
    until_on: date | None
    note: str | None
    recorded_at: datetime
    struck_at: datetime | None
    struck_reason: str | None
    pictures: list[AttachmentOut] = []


class NoticeFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing or too late: the row of law it does not fit, with the facts that show it."""

    rule: Rule
    facts: dict[str, str | int]


class NoticeCheck(msgspec.Struct, frozen=True, kw_only=True):
    """How the notices of a round stand for a day of opening; ``earliest_on`` is the first lawful.

    ``planned`` says that nothing at all was recorded for the round yet.
    """

    number: int
    law: NoticeLaw | None
    opening_on: date | None
    requirements: list[Requirement]
    earliest_on: date | None
    planned: bool
    failed: int
    price: Decimal


class HaltOut(msgspec.Struct, frozen=True, kw_only=True):
    """A request to pause or stop an auction, or that it goes on."""

    id: int
    round_id: int | None
    hold_id: int | None
    kind: HaltStep
    ground: str
    document: str
    requested_on: date
    effective_at: datetime
    article: str
    paper: str | None
    note: str | None


class WaitOut(msgspec.Struct, frozen=True, kw_only=True):
    """A day before which an asset is not sold."""

    id: int
    asset_id: int
    asset: str
    ground: WaitGround
    not_before_on: date
    document: str
    article: str
    agreed_on: date | None
    agreement: str | None


class SaleDelegationOut(msgspec.Struct, frozen=True, kw_only=True):
    """That an office sells an asset for another one."""

    id: int
    asset_id: int
    asset: str
    from_office_id: int
    from_office: str
    to_office_id: int
    to_office: str
    decision: str
    delegated_on: date
    article: str
    paused_on: date | None
    pause_document: str | None
    ended_on: date | None
    end_document: str | None

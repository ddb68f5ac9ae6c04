"""What is said of organisations, calls and contracts, and how lists and pages show them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.auctioneers.rules import (
    CallState,
    EndKind,
    Exclusion,
    OrganisationKind,
    Way,
)
from auction.firms.rules import TiedTo
from auction.legal_rules.rules import Confidence
from auction.lots.rules import SessionForm
from inventory.base.said import Line, Number, Said

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]


class NewOrganisation(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An auction centre or company; ``code`` is its registration or tax number."""

    code: Number
    name: Line
    kind: OrganisationKind
    province: Line
    address: Line | None = None
    head_name: Line | None = None
    listed_from: date | None = None
    listed_to: date | None = None


class NewListing(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when to when the Ministry lists an organisation."""

    listed_from: date
    listed_to: date | None = None


class NewAuctioneer(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A licensed auctioneer."""

    name: Line
    licence_number: Number
    valid_from: date
    valid_to: date | None = None


class NewSanction(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sanction: its decision, the share of points it costs, and until when it counts."""

    decision: Number
    decided_on: date
    percent: int
    reason: Words
    counts_until: date | None = None


class NewTie(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A family tie of somebody of an organisation, and what shows it.

    ``case_number`` is needed for a tie with a party, ``officer`` (a staff code) for one with an
    officer or a head.
    """

    person: Line
    tied_to: TiedTo
    tied_name: Line
    case_number: Number | None = None
    officer: Number | None = None
    source: Line
    declared_on: date


class TieEnd(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last day of a tie."""

    on: date


class TieRow(msgspec.Struct, frozen=True, kw_only=True):
    """A declared tie of an organisation."""

    id: int
    person: str
    tied_to: TiedTo
    tied_name: str
    case_number: str | None
    source: str
    declared_on: date
    ended_on: date | None


class NewCriterion(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A criterion of a group and the most points it gives."""

    group_code: Number
    title: Line
    most: Decimal


class NewCall(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call for a lot: its price, its criteria, where it was published, where files are taken."""

    starting_price: Decimal
    criteria: Annotated[list[NewCriterion], msgspec.Meta(min_length=1, max_length=100)]
    site_on: date
    portal_on: date
    files_place: Line
    files_from: date
    files_until: date
    site_address: Line | None = None
    portal_number: Line | None = None


class NewApplicant(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation's file in answer to a call."""

    organisation: Number
    received_on: date
    file_note: Line | None = None


class NewExclusion(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an applicant may not be chosen: for family ties, who is related to whom."""

    why: Exclusion
    words: Words


class PointsOn(msgspec.Struct, frozen=True):
    """The points on the criterion of a place."""

    place: int
    points: Decimal


class NewScores(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The points of an applicant on criteria, and whether its file is fit."""

    points: Annotated[list[PointsOn], msgspec.Meta(max_length=100)] = msgspec.field(
        default_factory=list
    )
    fit: bool | None = None


class NewChoice(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which organisation is chosen; among equals, why this one."""

    organisation: Number
    chosen_on: date
    reason: Words | None = None


class NewResult(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and under which number the result was published."""

    published_on: date
    number: Line | None = None


class NewCancel(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a choice is cancelled before the contract."""

    cancelled_on: date
    reason: Words


class NewContract(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract for a lot; ``fee_words`` says a fee that is no fixed sum."""

    way: Way
    number: Number
    signed_on: date
    starting_price: Decimal
    vat_included: bool
    form: SessionForm
    organisation: Number | None = None
    way_document: Line | None = None
    way_on: date | None = None
    fee: Decimal | None = None
    fee_words: Line | None = None
    buyer_pays_vat: bool = False
    pause_clause: bool = False
    stop_clause: bool = False


class NewAppendix(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An appendix for the next round."""

    number: Number
    signed_on: date
    starting_price: Decimal
    vat_included: bool = True
    note: Line | None = None


class NewEnd(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How and why a contract ends."""

    kind: EndKind
    ended_on: date
    reason: Words


class OrganisationRow(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation in the register."""

    id: int
    code: str
    name: str
    kind: OrganisationKind
    province: str
    listed_from: date | None
    listed_to: date | None


class AuctioneerRow(msgspec.Struct, frozen=True, kw_only=True):
    """An auctioneer of an organisation."""

    id: int
    name: str
    licence_number: str
    valid_from: date
    valid_to: date | None


class SanctionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sanction of an organisation."""

    id: int
    decision: str
    decided_on: date
    counts_until: date | None
    percent: int
    reason: str


class OrganisationOut(msgspec.Struct, frozen=True, kw_only=True):
    """One organisation with its people and sanctions."""

    id: int
    code: str
    name: str
    kind: OrganisationKind
    province: str
    address: str | None
    head_name: str | None
    listed_from: date | None
    listed_to: date | None
    auctioneers: list[AuctioneerRow]
    sanctions: list[SanctionRow]
    contracts: int


class CriterionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion of a call."""

    position: int
    group_code: str
    title: str
    most: Decimal


class ApplicantOut(msgspec.Struct, frozen=True, kw_only=True):
    """An applicant with its points by criterion, and what a sanction takes.

    ``points`` is what counts; None as long as a criterion is not scored.
    """

    id: int
    organisation_id: int
    code: str
    name: str
    received_on: date
    file_note: str | None
    fit: bool | None
    excluded_why: Exclusion | None
    excluded_words: str | None
    article: str | None
    scores: dict[int, Decimal]
    given: Decimal
    deduction: int
    points: Decimal | None


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call in a list."""

    id: int
    reference: str
    lot: str
    starting_price: Decimal
    site_on: date
    portal_on: date
    files_until: date
    chosen_on: date | None
    result_on: date | None
    cancelled_on: date | None
    state: CallState


class CallOut(msgspec.Struct, frozen=True, kw_only=True):
    """One call with criteria, applicants, scores and the result."""

    id: int
    reference: str
    office_id: int
    lot_id: int
    lot: str
    description: str
    starting_price: Decimal
    site_on: date
    site_address: str | None
    portal_on: date
    portal_number: str | None
    files_place: str
    files_from: date
    files_until: date
    choice_from: date | None
    article: str | None
    confidence: Confidence | None
    chosen_id: int | None
    chosen_on: date | None
    chosen_reason: str | None
    result_on: date | None
    result_due_on: date | None
    result_number: str | None
    cancelled_on: date | None
    cancel_reason: str | None
    state: CallState
    criteria: list[CriterionOut]
    applicants: list[ApplicantOut]


class AppendixOut(msgspec.Struct, frozen=True, kw_only=True):
    """An appendix of a contract."""

    contract_id: int
    number: str
    signed_on: date
    starting_price: Decimal
    vat_included: bool
    note: str | None


class ContractOut(msgspec.Struct, frozen=True, kw_only=True):
    """A contract with its appendices; ``late`` where it was signed after its limit."""

    id: int
    lot_id: int
    organisation_id: int | None
    organisation: str | None
    organisation_address: str | None
    way: Way
    way_document: str | None
    way_on: date | None
    number: str
    signed_on: date
    starting_price: Decimal
    vat_included: bool
    fee: Decimal | None
    fee_words: str | None
    form: SessionForm
    pause_clause: bool
    stop_clause: bool
    due_on: date | None
    article: str
    ended_on: date | None
    end_kind: EndKind | None
    end_reason: str | None
    recorded_at: datetime
    appendices: list[AppendixOut] = []

    @property
    def late(self) -> bool:
        """Whether it was signed after its limit."""
        return self.due_on is not None and self.signed_on > self.due_on

"""Everything that stands in a review dossier: codes, figures and dates, no sentences.

The structs are the snapshot: stored with the issued paper, which can be drawn again from it.
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from inventory.papers.schemas import Signature
from reports.documents.schemas import Sheet


class GroundPart(msgspec.Struct, frozen=True, kw_only=True):
    """Why the asset is held: a seizure, evidence or a temporary holding."""

    asset: str
    kind: str
    document: str | None
    on: date
    case: str | None
    agency: str | None = None
    minutes: str | None = None
    seal: str | None = None
    ended_on: date | None = None
    end_document: str | None = None


class AssetPart(msgspec.Struct, frozen=True, kw_only=True):
    """The asset as it is registered."""

    reference: str
    kind: str
    description: str
    identification: str | None
    quantity: Decimal
    unit: str | None
    condition: str | None
    owner: str | None
    location: str | None
    office: str
    perishable_on: date | None = None
    source: str | None = None
    source_ref: str | None = None


class CasePart(msgspec.Struct, frozen=True, kw_only=True):
    """An enforcement case and its parties."""

    number: str
    kind: str
    decided_on: date | None
    court: str | None
    judgment: str | None
    debtor: str | None
    creditor: str | None
    officer: str | None
    office: str
    closed_on: date | None = None


class CustodyPart(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the custody chain, with the first digits of its hash."""

    asset: str
    seq: int
    kind: str
    at: datetime
    from_place: str | None
    to_place: str | None
    giver: str
    receiver: str
    reason: str
    document: str
    hash_prefix: str


class ValuationPart(msgspec.Struct, frozen=True, kw_only=True):
    """What the asset was found to be worth."""

    method: str
    amount: Decimal
    currency: str
    firm: str | None
    certificate: str | None
    valued_on: date
    valid_until: date | None


class CutPart(msgspec.Struct, frozen=True, kw_only=True):
    """The step from the price of the round before to this one."""

    percent: Decimal
    lowest_lawful: Decimal | None = None
    decision: str | None = None
    decided_on: date | None = None
    breach: bool = False
    article: str | None = None
    confidence: str | None = None


class CausePart(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody bought in a round: its order, the cause, whether it was the main one."""

    order: int
    cause: str
    main: bool
    note: str | None
    found_on: date


class RoundPart(msgspec.Struct, frozen=True, kw_only=True):
    """One offer of a lot; `order` runs through all lots the asset has been in."""

    order: int
    lot: str
    number: int
    held_on: date | None
    price: Decimal | None
    currency: str
    organisation: str | None = None
    cut: CutPart | None = None
    outcome: str | None = None
    source_code: str | None = None
    held: str | None = None
    sale_price: Decimal | None = None


class DeparturePart(msgspec.Struct, frozen=True, kw_only=True):
    """A departure from a rule: why, and who let it through."""

    on: date
    title: str
    article: str
    confidence: str
    reason: str
    document: str | None
    asked_by: str
    decided_by: str | None
    state: str


class BreachPart(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a round that does not fit a rule."""

    order: int
    title: str
    article: str
    confidence: str


class FlagPart(msgspec.Struct, frozen=True, kw_only=True):
    """A flag with the facts it was raised on."""

    asset: str
    rule: str
    tier: int
    as_of: date
    failed_in_a_row: int
    closed_on: date | None
    closed_reason: str | None
    article: str | None
    confidence: str | None


class AnswerPart(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the checklist, the findings that answer it and what the record itself shows.

    `record` is a code of what was checked; `orders` are the rounds it speaks of.
    """

    number: int
    question: str
    basis: str
    confidence: str
    findings: tuple[str, ...] = ()
    record: str | None = None
    orders: tuple[int, ...] = ()


class FindingPart(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the review found."""

    code: str
    severity: str
    article: str | None
    text: str
    person: str | None


class ReviewPart(msgspec.Struct, frozen=True, kw_only=True):
    """The review, its findings and, once there is one, its conclusion."""

    inspector: str
    opened_at: datetime
    findings: tuple[FindingPart, ...]
    conclusion: str | None = None
    conclusion_text: str | None = None
    responsible: str | None = None
    due_on: date | None = None
    document: str | None = None
    concluded_at: datetime | None = None


class BasisPart(msgspec.Struct, frozen=True, kw_only=True):
    """A dated row of law that the dossier rests on."""

    key: str
    title: str
    scope: str | None
    value: str
    unit: str
    article: str
    valid_from: date
    valid_to: date | None
    confidence: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A round in the drawing of the falling price; all measures in tenths of a millimetre."""

    order: int
    left: float
    top: float
    width: float
    height: float
    floor: float | None
    breach: bool
    sold: bool


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The drawing of the falling price."""

    unit: str
    order_size: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]


class DossierData(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot of a review dossier."""

    signatures: tuple[Signature, ...]
    recipients: tuple[str, ...]
    at: datetime
    subject: str
    assets: tuple[AssetPart, ...]
    grounds: tuple[GroundPart, ...]
    cases: tuple[CasePart, ...]
    custody: tuple[CustodyPart, ...]
    valuations: tuple[ValuationPart, ...]
    rounds: tuple[RoundPart, ...]
    pending_price: Decimal | None = None
    pending_decision: str | None = None
    pending_decided_on: date | None = None
    failed_in_a_row: int
    breaches: tuple[BreachPart, ...] = ()
    departures: tuple[DeparturePart, ...] = ()
    causes: tuple[CausePart, ...] = ()
    unsaid: tuple[int, ...] = ()
    flags: tuple[FlagPart, ...]
    checklist: tuple[AnswerPart, ...]
    reviews: tuple[ReviewPart, ...]
    bases: tuple[BasisPart, ...]


Dossier = Sheet[DossierData]
"""A dossier with its letterhead."""

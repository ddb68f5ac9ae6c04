"""What is said in a review, and how flags and reviews are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.bidding.diagnoses import CauseCount, DiagnosisOut
from auction.bidding.schemas import HistoryLine
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word
from auction.reviews.rules import Conclusion, FindingCode, FlagClosing, Severity
from auction.valuations.rules import ValuationMethod
from inventory.assets.rules import AssetKind, Ground
from inventory.base.said import Line, Number, Said
from inventory.custody.schemas import EntryOut

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]


class NewReview(Said, frozen=True):
    """Which asset is taken up."""

    asset: Number


class NewFinding(Said, frozen=True, kw_only=True):
    """One thing the review found."""

    code: FindingCode
    severity: Severity
    text: Words
    article: Line | None = None
    person: Line | None = None


class NewConclusion(Said, frozen=True, kw_only=True):
    """What the review asks for, of whom and until when."""

    conclusion: Conclusion
    conclusion_text: Words
    responsible: Line
    due_on: date
    document_number: Line | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a flag was raised on, as it stood on that day.

    ``causes``: why nobody bought in those rounds, as it is found by now; ``diagnosed``: in how many
    of them anybody said why.
    """

    asset: str
    failed_in_a_row: int
    lots: list[str]
    first_held_on: date
    last_held_on: date
    currency: str
    first_price: Decimal | None = None
    last_price: Decimal | None = None
    reduction_percent: Decimal | None = None
    causes: list[CauseCount] = []
    diagnosed: int = 0


class FlagRow(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that waits for a review: its highest open flag."""

    id: int
    asset: str
    description: str
    kind: AssetKind
    office_id: int
    office: str
    tier: int
    failed_in_a_row: int
    as_of: date
    raised_at: datetime
    facts: Facts
    review_id: int | None
    inspector: str | None


class TierCount(msgspec.Struct, frozen=True):
    """How many assets wait at a tier, their highest."""

    tier: int
    count: int


class TierName(msgspec.Struct, frozen=True):
    """A tier of the rule in force and what it calls for, in words."""

    tier: int
    name: Word


class FlagOut(msgspec.Struct, frozen=True, kw_only=True):
    """A flag in an asset's history, open or answered."""

    id: int
    asset_id: int
    rule_key: str
    article: str | None
    confidence: Confidence | None
    tier: int
    run_number: int
    failed_in_a_row: int
    lot: str
    as_of: date
    raised_at: datetime
    closed_at: datetime | None
    closed_reason: FlagClosing | None
    review_id: int | None
    facts: Facts


class FindingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it is read."""

    id: int
    code: FindingCode
    severity: Severity
    article: str | None
    text: str
    person: str | None
    recorded_at: datetime
    recorded_by: str | None


class Limit(msgspec.Struct, frozen=True):
    """Until when something is to be done, by which article."""

    due_on: date
    article: str
    confidence: Confidence


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A review in a list."""

    id: int
    asset: str
    description: str
    office: str
    inspector: str
    opened_at: datetime
    findings: int
    last_finding_at: datetime | None
    conclusion: Conclusion | None
    due_on: date | None
    concluded_at: datetime | None


class ReviewOut(msgspec.Struct, frozen=True, kw_only=True):
    """One review with its findings and the flags it answers."""

    id: int
    asset: str
    office: str
    inspector_id: int | None
    inspector: str
    opened_at: datetime
    conclusion_due: Limit | None
    findings: list[FindingOut]
    flags: list[FlagOut]
    conclusion: Conclusion | None
    conclusion_text: str | None
    responsible: str | None
    due_on: date | None
    document_number: str | None
    concluded_at: datetime | None
    version: int


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep did; nothing where another one was running."""

    as_of: date
    raised: int = 0
    by_tier: dict[int, int] = {}
    running_elsewhere: bool = False

    @property
    def changed(self) -> bool:
        """Whether a flag was raised."""
        return self.raised > 0


class GroundOut(msgspec.Struct, frozen=True, kw_only=True):
    """Why the asset is or was held."""

    kind: Ground
    case: str | None
    document: str | None
    agency: str | None
    on: date
    ended_on: date | None
    end_document: str | None


class ValuationOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the asset, or the lot it was in, was found to be worth."""

    lot: str | None
    method: ValuationMethod
    amount: Decimal
    currency: str
    firm: str | None
    certificate_number: str | None
    valued_on: date
    valid_until: date | None


class AssetIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What the asset is, whose it is and where it is now."""

    id: int
    reference: str
    office_id: int
    office: str
    kind: AssetKind
    description: str
    identification: str | None
    quantity: Decimal
    unit: str | None
    condition: str | None
    owner_name: str | None
    location: str | None
    case_number: str | None
    debtor: str | None
    creditor: str | None
    place: str | None
    holder: str | None
    held_rounds: int
    failed_in_a_row: int


class AssetHistory(msgspec.Struct, frozen=True, kw_only=True):
    """All that is recorded of an asset, oldest first."""

    asset: AssetIdentity
    grounds: list[GroundOut]
    custody: list[EntryOut]
    valuations: list[ValuationOut]
    rounds: list[HistoryLine]
    diagnoses: list[DiagnosisOut]
    flags: list[FlagOut]
    reviews: list[ReviewOut]

    @property
    def open_review(self) -> ReviewOut | None:
        """The review in progress."""
        return next((review for review in self.reviews if review.concluded_at is None), None)

    @property
    def open_flags(self) -> list[FlagOut]:
        """The flags that wait for an answer."""
        return [flag for flag in self.flags if flag.closed_at is None]

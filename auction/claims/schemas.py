"""What is said of a claim and its changes, and how they are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.claims.rules import ClaimKind, EntryKind, Owed, PartOf, Precedence
from auction.legal_rules.rules import Confidence
from inventory.base.said import Line, Number, Said
from inventory.disposals.rules import Thing


class NewClaim(Said, frozen=True, kw_only=True):
    """What a creditor may ask; without the day of his asking he has not asked for enforcement."""

    kind: ClaimKind
    creditor: Number
    principal: Decimal
    interest: Decimal = Decimal(0)
    granted_on: date
    asked_on: date | None = None
    joint_with: Line | None = None
    identity: Line | None = None
    pay_to: Line | None = None
    judgment: Line | None = None
    precedence: Precedence | None = None
    secured_on: Line | None = None
    note: Line | None = None


class NewEntry(Said, frozen=True, kw_only=True):
    """A change: interest added, something paid or waived, or a correction that may be negative."""

    kind: EntryKind
    principal: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    happened_on: date
    document: Number


class NewAsking(Said, frozen=True, kw_only=True):
    """The creditor asks for enforcement."""

    asked_on: date
    document: Number


class NewGivingBack(Said, frozen=True, kw_only=True):
    """What was held for creditors who never asked goes back to the debtor, by a decision."""

    assets: Annotated[list[str], msgspec.Meta(min_length=1, max_length=100)]
    decision_number: Number
    decision_on: date
    judgment: Line | None = None
    thing: Thing = Thing.GOODS


class NewReversal(Said, frozen=True, kw_only=True):
    """The paper on which a change is taken back."""

    document: Number


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """A claim of a case with what is owed on a day and the rank it then has."""

    id: int
    case_id: int
    case_number: str
    office_id: int
    kind: ClaimKind
    creditor: str
    pay_to: str | None
    asked_on: date | None
    joint_with: str | None
    precedence: Precedence | None
    secured_on_id: int | None
    secured_on: str | None
    judgment: str | None
    granted: Decimal
    principal: Decimal
    interest: Decimal
    rank: int
    article: str
    confidence: Confidence

    @property
    def owed(self) -> Owed:
        """What is still owed, principal and interest apart."""
        return Owed(self.principal, self.interest)

    def is_paid(self, on: date) -> bool:
        """Who asked by the day is paid, and so is the share of a joint creditor, on deposit."""
        if self.asked_on is None:
            return self.joint_with is not None or self.precedence is not None
        return self.asked_on <= on


class EntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a claim."""

    id: int
    kind: EntryKind
    principal: Decimal
    interest: Decimal
    happened_on: date
    document: str | None
    part_of: PartOf | None
    reverses_id: int | None
    reversed: bool
    recorded_at: datetime
    by: str | None


class ClaimOut(msgspec.Struct, frozen=True, kw_only=True):
    """One claim with every change, the oldest first."""

    claim: ClaimRow
    identity: str | None
    note: str | None
    entries: list[EntryOut]

"""What is said of a termination, what it would end, and how it is shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.claims.schemas import ClaimRow
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word
from auction.terminations.rules import Ground, Scope
from inventory.base.said import Line, Number, RowId, Said


class NewTermination(Said, frozen=True, kw_only=True):
    """The decision that terminates enforcement (L25 Art. 48; L08 Art. 50).

    ``ground_on`` and ``document`` are the day and the paper of the ground; ``claims`` names the
    claims that end where it is not the whole case. Without a number it is drawn up here, today.
    """

    scope: Scope = Scope.WHOLE
    ground: Ground
    ground_on: date
    document: Number
    decision_number: Number | None = None
    decided_on: date
    claims: Annotated[list[RowId], msgspec.Meta(min_length=1, max_length=100)] | None = None
    note: Line | None = None


class DecidedTermination(NewTermination, frozen=True, kw_only=True):
    """A termination under the number of its decision."""

    decision_number: Number


class NewAnnulment(Said, frozen=True, kw_only=True):
    """The decision that annuls a wrong termination, and what was wrong (L25 Art. 52).

    Without a number it is drawn up here, today.
    """

    decision_number: Number | None = None
    decided_on: date
    reason: Line


class DecidedAnnulment(NewAnnulment, frozen=True, kw_only=True):
    """An annulment under the number of its decision."""

    decision_number: Number


class AnnulmentOut(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that annulled a termination; ``revived`` is what was owed again, in đồng.

    ``paper`` is what was drawn up here.
    """

    decision_number: str
    decided_on: date
    reason: str
    revived: Decimal
    article: str
    confidence: Confidence
    recorded_at: datetime
    recorded_by: str
    paper: str | None = None


class TerminationOut(msgspec.Struct, frozen=True, kw_only=True):
    """One decision; ``claims`` are the numbers of the claims it ended, ``ended`` what they were.

    ``paper`` is what was drawn up here.
    """

    id: int
    case_id: int
    scope: Scope
    ground: Ground
    words: Word
    ground_on: date
    document: str
    decision_number: str
    decided_on: date
    claims: list[int]
    ended: Decimal
    article: str
    confidence: Confidence
    note: str | None
    recorded_at: datetime
    recorded_by: str
    paper: str | None = None
    annulled: AnnulmentOut | None = None


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """What the termination of a whole case would end: lots on offer, things to be released.

    ``sold`` are the things whose sale has to be carried out first.
    """

    lots: list[str]
    assets: list[str]
    sold: list[str]
    claims: list[ClaimRow]


class Annullable(msgspec.Struct, frozen=True, kw_only=True):
    """A termination that may be annulled, with the claims that would be owed again.

    ``kept`` are the things that the case still holds, ``released`` says whether some went since.
    """

    termination: TerminationOut
    claims: list[ClaimRow]
    kept: list[str]
    released: bool

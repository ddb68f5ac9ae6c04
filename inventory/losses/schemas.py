"""What is said of missing things and their write-offs, and how they are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, Said
from inventory.losses.rules import Liability
from inventory.papers.schemas import PaperData, Party
from inventory.stocktakes.rules import Reason, Search

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class NewWriteOff(Said, frozen=True, kw_only=True):
    """Why a missing thing leaves the books, who answers for it and with how much."""

    ground: Words
    liability: Liability
    liable: Line | None = None
    amount: Decimal | None = None


class NewReversal(Said, frozen=True, kw_only=True):
    """Where the thing was found, by whom, and how it is known to be the same."""

    reason: Words


class WriteOffPaper(PaperData, frozen=True, kw_only=True):
    """Data of the decision to write a missing thing off."""

    on: date
    ground: str
    missed_by: str
    liability: Liability
    liable: Party | None = None
    amount: Decimal | None = None


class CaseOut(msgspec.Struct, frozen=True, kw_only=True):
    """A case of a thing that a check did not find."""

    id: int
    source: str
    finding: str
    opened_at: datetime
    opened_by_name: str
    searched: Search | None
    reason: Reason | None
    evidence: str | None
    searched_at: datetime | None
    searched_by_name: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by_name: str | None
    closed_at: datetime | None


class WriteOffOut(msgspec.Struct, frozen=True, kw_only=True):
    """A write-off, and how it was taken back."""

    ground: str
    liability: Liability
    liable: str | None
    amount: Decimal | None
    missed_by: str
    paper: str
    number: str
    decided_on: date
    article: str
    decided_by_name: str
    reversed_at: datetime | None
    reversal: str | None
    reversal_paper: str | None
    reversal_number: str | None

"""What is said of special kinds and of counted money, and how both are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, Said
from inventory.specials.rules import SpecialKind

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Pieces = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]


class NewMark(Said, frozen=True, kw_only=True):
    """A thing is of a special kind; drugs with their conclusion, what spoils with its day."""

    kind: SpecialKind
    expert_number: Number | None = None
    expert_body: Name | None = None
    expert_on: date | None = None
    perishable_on: date | None = None
    note: Line | None = None


class NewCashLine(Said, frozen=True, kw_only=True):
    """Notes or coins of one denomination."""

    denomination: Decimal
    pieces: Pieces
    serials: Annotated[str, msgspec.Meta(max_length=4000)] | None = None


class NewCashCount(Said, frozen=True, kw_only=True):
    """Money counted in one currency."""

    currency: Currency
    total: Decimal
    counted_on: date
    counted_by: Name
    lines: Annotated[list[NewCashLine], msgspec.Meta(min_length=1, max_length=40)]
    note: Line | None = None


class MarkOut(msgspec.Struct, frozen=True):
    """A special kind of an asset."""

    kind: SpecialKind
    expert_number: str | None
    expert_body: str | None
    expert_on: date | None
    note: str | None
    marked_at: datetime


class CashLineOut(msgspec.Struct, frozen=True):
    """A line of a count."""

    denomination: Decimal
    pieces: int
    serials: str | None

    @property
    def amount(self) -> Decimal:
        """What the line gives."""
        return self.denomination * self.pieces


class CashCountOut(msgspec.Struct, frozen=True):
    """Money as it was counted."""

    id: int
    currency: str
    total: Decimal
    counted_on: date
    counted_by: str
    note: str | None
    lines: list[CashLineOut]


class PerishableRow(msgspec.Struct, frozen=True):
    """A thing that spoils, with its day."""

    asset_id: int
    reference: str
    description: str
    perishable_on: date
    place: str | None

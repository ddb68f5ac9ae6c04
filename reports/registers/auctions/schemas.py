"""A line of the register of auctioned property, as pages, files and programs read it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from auction.bidding.rules import Meaning, Outcome
from inventory.papers.schemas import PaperData
from reports.registers.schemas import Amendment


class AuctionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A round of a lot: what was offered, at which price, how it ended, and what came of it.

    What was set right later stands in ``amendments``: a ruling that another one superseded, a
    payment that was taken back, a reduction decision that was recalled.
    """

    id: int
    on: date
    lot: str
    number: int
    case: str
    debtor: str | None
    assets: str
    seizure: str | None
    seized_on: date | None
    value: Decimal | None
    firm: str | None
    organisation: str | None
    starting_price: Decimal | None
    outcome: Outcome | None
    meaning: Meaning | None
    reduction: str | None
    reduced_on: date | None
    percent: Decimal | None
    new_price: Decimal | None
    buyer: str | None
    price: Decimal | None
    paid_on: date | None
    delivered_on: date | None
    paid_out_on: date | None
    defaulted_on: date | None
    cancelled_on: date | None
    note: str | None
    amendments: tuple[Amendment, ...] = ()
    closed_on: date | None = None
    frozen: dict[str, Any] | None = None
    """What the last closing froze of it."""


class AuctionCells(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says when its quarter is closed."""

    on: date
    lot: str
    number: int
    case: str
    debtor: str | None
    assets: str
    seizure: str | None
    seized_on: date | None
    value: Decimal | None
    firm: str | None
    organisation: str | None
    starting_price: Decimal | None
    outcome: str | None
    meaning: str | None
    reduction: str | None
    reduced_on: date | None
    percent: Decimal | None
    new_price: Decimal | None
    buyer: str | None
    price: Decimal | None
    paid_on: date | None
    delivered_on: date | None
    paid_out_on: date | None
    defaulted_on: date | None
    cancelled_on: date | None
    note: str | None


class AuctionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line as a closing froze it, and what of it was closed as something else before."""

    cells: AuctionCells
    amendments: tuple[Amendment, ...] = ()


class AuctionClosingPaper(PaperData, frozen=True, kw_only=True):
    """The data of the paper of a closing, or of a part of a long one; frozen with its number."""

    year: int
    quarter: int
    starts_on: date
    ends_on: date
    closed_at: datetime
    opening: int
    came: int
    went: int
    entries: tuple[AuctionEntry, ...]
    sha256: str
    previous_sha256: str
    first: int
    part: int
    parts: int


class Sums(msgspec.Struct, frozen=True):
    """What a year's lines come to."""

    rounds: int
    lots: int
    sold: int
    failed: int
    paid: Decimal

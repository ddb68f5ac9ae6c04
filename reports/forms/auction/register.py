"""What the paper of a closed quarter of register 17 reads."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from inventory.papers.schemas import PaperData
from reports.forms.warehouse.shapes import RegisterAmendment


class AuctionRegisterCells(msgspec.Struct, frozen=True, kw_only=True):
    """A round with what came of it, as it was closed."""

    on: date
    lot: str
    number: int
    case: str
    assets: str
    debtor: str | None = None
    seizure: str | None = None
    seized_on: date | None = None
    value: Decimal | None = None
    firm: str | None = None
    organisation: str | None = None
    starting_price: Decimal | None = None
    outcome: str | None = None
    meaning: str | None = None
    reduction: str | None = None
    reduced_on: date | None = None
    percent: Decimal | None = None
    new_price: Decimal | None = None
    buyer: str | None = None
    price: Decimal | None = None
    paid_on: date | None = None
    delivered_on: date | None = None
    paid_out_on: date | None = None
    defaulted_on: date | None = None
    cancelled_on: date | None = None
    note: str | None = None


class AuctionRegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A closed line and what of it was corrected."""

    cells: AuctionRegisterCells
    amendments: tuple[RegisterAmendment, ...] = ()


class AuctionRegisterShape(PaperData, frozen=True, kw_only=True):
    """A closed quarter of the register of auctioned property (C04/23 Art. 30(4))."""

    year: int
    quarter: int
    starts_on: date
    ends_on: date
    closed_at: datetime
    opening: int
    came: int
    went: int
    entries: tuple[AuctionRegisterEntry, ...]
    sha256: str
    previous_sha256: str
    first: int = 1
    part: int = 1
    parts: int = 1

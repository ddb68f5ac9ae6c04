"""A line of the register of auctioned property, as pages, files and programs read it."""

from datetime import date
from decimal import Decimal

import msgspec

from auction.bidding.rules import Meaning, Outcome
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


class Sums(msgspec.Struct, frozen=True):
    """What a year's lines come to."""

    rounds: int
    lots: int
    sold: int
    failed: int
    paid: Decimal

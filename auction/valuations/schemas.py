"""What is said of a valuation, and how lists and pages show it."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from auction.valuations.rules import ValuationMethod
from inventory.base.said import Line, Said


class NewValuation(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value put on an asset, in whole đồng; ``received_on`` is when the office got the result."""

    method: ValuationMethod
    amount: Decimal
    valued_on: date
    valid_until: date | None = None
    received_on: date | None = None
    firm: Line | None = None
    certificate_number: Line | None = None
    note: Line | None = None


class ValuationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A valuation of an asset, or of a lot as a whole."""

    id: int
    asset_id: int | None
    lot_id: int | None
    method: ValuationMethod
    amount: Decimal
    currency: str
    firm: str | None
    certificate_number: str | None
    valued_on: date
    valid_until: date | None
    note: str | None
    recorded_at: datetime


class ValuationOut(ValuationRow, frozen=True, kw_only=True):
    """A valuation with the asset it is of and whether it is in force today."""

    asset: str
    in_force: bool


class ValuedAsset(msgspec.Struct, frozen=True):
    """The asset a page of valuations is about."""

    id: int
    reference: str
    office_id: int
    kind: str
    description: str

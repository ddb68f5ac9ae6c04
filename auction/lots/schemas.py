"""What is said of lots and rounds, and how lists and pages show them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word
from auction.lots.rules import LotStep, Relot, SessionForm
from inventory.assets.rules import AssetKind
from inventory.base.said import Line, Number, Said


class NewLot(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The assets that are to be auctioned together, by reference, in the order of their offer."""

    assets: Annotated[list[Number], msgspec.Meta(min_length=1, max_length=500)]
    description: Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]


class NewPart(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lot that is formed of assets of lots that are closed."""

    assets: Annotated[list[Number], msgspec.Meta(min_length=1, max_length=500)]
    description: Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]


class NewRelot(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lots that are closed, the lots formed of their assets, and why; none: they are withdrawn."""

    lots: Annotated[list[Number], msgspec.Meta(min_length=1, max_length=50)]
    parts: Annotated[list[NewPart], msgspec.Meta(max_length=100)]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]
    document: Line | None = None


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """That a lot came out of another."""

    from_lot: str
    to_lot: str
    kind: Relot
    reason: str
    document: str | None
    made_at: datetime


class NewRound(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offer of a lot at a price; its number follows from the rounds before.

    Who auctions it follows from the auction contract in force; ``form`` is that of the contract
    where it is not said.
    """

    starting_price: Decimal
    opens_at: datetime
    announced_on: date | None = None
    deposit: Decimal | None = None
    bid_step: Decimal | None = None
    dossier_fee: Decimal | None = None
    form: SessionForm | None = None
    venue: Line | None = None
    note: Line | None = None


class LotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A lot in a list, with its last round and what it waits for."""

    id: int
    reference: str
    description: str
    currency: str
    formed_on: date | None
    closed_on: date | None
    awaits: LotStep | None
    awaits_on: date | None
    rounds: int
    last_price: Decimal | None
    last_held_on: date | None


class LotAssetRow(msgspec.Struct, frozen=True, kw_only=True):
    """An asset of a lot."""

    id: int
    reference: str
    kind: AssetKind
    description: str
    position: int


class LotOut(msgspec.Struct, frozen=True, kw_only=True):
    """One lot with its assets."""

    id: int
    reference: str
    office_id: int
    case_id: int | None
    case_number: str | None
    description: str
    currency: str
    formed_on: date | None
    closed_on: date | None
    awaits: LotStep | None
    awaits_on: date | None
    source: str | None
    source_ref: str | None
    assets: list[LotAssetRow]


class RoundOut(msgspec.Struct, frozen=True, kw_only=True):
    """A round as it was scheduled."""

    id: int
    lot_id: int
    number: int
    starting_price: Decimal | None
    deposit: Decimal | None
    bid_step: Decimal | None
    dossier_fee: Decimal | None
    form: SessionForm | None
    method: str | None
    contract_id: int | None
    announced_on: date | None
    opens_at: datetime | None
    held_on: date | None
    organisation: str | None
    venue: str | None
    note: str | None


class ReductionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A reduction decision, by the round it followed."""

    round_id: int
    old_price: Decimal
    new_price: Decimal
    percent: Decimal
    decision_number: str
    decided_on: date
    article: str


class BreachRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step in the record that does not fit a rule."""

    id: int
    rule_key: str
    rule: Word
    article: str
    confidence: Confidence
    lot_id: int
    lot: str
    round_id: int
    round_number: int
    facts: dict[str, Any]
    found_at: datetime

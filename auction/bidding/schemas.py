"""Rounds with what became of them, and the history of assets through every lot."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.bidding.course import BidKind, DepositKind, DepositPaid, Forfeit, Tie
from auction.bidding.rules import Held, Meaning, Outcome
from auction.lots.schemas import BreachRow, ReductionOut, RoundOut
from inventory.base.said import Line, Number, Said


class OutcomeOut(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in a round; ``held`` is what it meant for the lot's assets, if anything."""

    code: Outcome
    held: Held | None
    notified_on: date | None
    sale_price: Decimal | None
    buyer_name: str | None
    registered: int | None
    minutes: str | None
    complaint: str | None
    reason: str | None
    source_code: str | None
    recorded_at: datetime


class NewBidder(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who registers; ``tie`` says why he may not take part, if the law keeps him out.

    ``tie_source`` is what shows it. ``match_answer`` says why somebody who bears a name of the
    seller's side may register all the same.
    """

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=300)]
    identity_number: Number
    address: Line | None = None
    representative: Line | None = None
    conditions: Line | None = None
    tie: Tie | None = None
    tie_source: Line | None = None
    match_answer: Annotated[str, msgspec.Meta(min_length=10, max_length=1000)] | None = None
    registered_at: datetime | None = None


class NewRelation(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who may not register for a lot: why, related to whom, and what shows it."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=300)]
    identity_number: Number | None = None
    tie: Tie
    related_to: Line
    source: Line
    declared_on: date


class RelationOut(msgspec.Struct, frozen=True, kw_only=True):
    """A declared relation."""

    id: int
    name: str
    identity_number: str | None
    tie: Tie
    related_to: str
    source: str
    declared_on: date
    article: str


class NewDeposit(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A deposit that was paid."""

    amount: Decimal
    how: DepositPaid = DepositPaid.BANK
    document: Line | None = None
    paid_at: datetime | None = None


class NewForfeit(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a bidder loses his deposit."""

    ground: Forfeit


class NewRefund(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day on which those who did not win got their deposits back; today without a day."""

    on: date | None = None
    document: Line | None = None


class NewSaid(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bidder says or does in the session."""

    bidder: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    kind: BidKind = BidKind.BID
    amount: Decimal | None = None


class BidderOut(msgspec.Struct, frozen=True, kw_only=True):
    """A bidder of a round with what became of his deposit.

    ``valid`` says that his registration counts: nothing keeps him out and the deposit was paid;
    ``qualified`` that he may bid, for he was not sent out and did not stay away.
    """

    id: int
    number: int
    name: str
    identity_number: str
    address: str | None
    representative: str | None
    conditions: str | None
    registered_at: datetime
    tie: Tie | None
    tie_article: str | None
    tie_source: str | None
    match_found: str | None
    match_answer: str | None
    present_at: datetime | None
    deposit: Decimal | None
    deposit_paid_at: datetime | None
    deposit_how: DepositPaid | None
    deposit_ended: DepositKind | None
    deposit_ground: Forfeit | None
    deposit_destination: str | None
    valid: bool
    qualified: bool


class SaidOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said in a session."""

    seq: int
    bidder: int
    name: str
    kind: BidKind
    amount: Decimal | None
    recorded_at: datetime


class RulingOut(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody ruled that a round means; one that was superseded stays to be read."""

    id: int
    round_id: int
    meaning: Meaning
    ground: str
    article: str
    document: str | None
    ruled_on: date
    author_name: str
    recorded_at: datetime


class RoundLine(msgspec.Struct, frozen=True, kw_only=True):
    """A round with its outcome, the step from the price before, and the decision that followed.

    ``rulings`` are what was ruled on it, the newest first; that one serves.
    """

    round: RoundOut
    outcome: OutcomeOut | None
    cut: Decimal | None
    reduction: ReductionOut | None
    breaches: list[BreachRow]
    rulings: list[RulingOut] = msgspec.field(default_factory=list)


class RoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A round in the list of an office."""

    id: int
    lot: str
    number: int
    description: str
    held_on: date
    opens_at: datetime | None
    starting_price: Decimal | None
    currency: str
    organisation: str | None
    outcome: Outcome | None
    sale_price: Decimal | None


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A round of one asset; ``order`` runs through all lots it has been in.

    ``failed_in_a_row`` is the counter as it stood after the round.
    """

    asset_id: int
    order: int
    lot: str
    currency: str
    round: RoundOut
    outcome: OutcomeOut | None
    cut: Decimal | None
    reduction: ReductionOut | None
    breaches: list[BreachRow]
    failed_in_a_row: int


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """The kept counter of an asset."""

    asset_id: int
    held_rounds: int
    failed_in_a_row: int
    run_number: int
    last_held_on: date
    flag_at: int


class RunFault(msgspec.Struct, frozen=True, kw_only=True):
    """An asset whose kept counter is not what its held rounds give."""

    asset_id: int
    held_rounds: int | None
    held_rounds_found: int
    failed_in_a_row: int | None
    failed_in_a_row_found: int

"""What is said between two rounds, and how the rights and their times are shown."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.legal_rules.rules import Confidence
from auction.offers.rules import (
    ChosenBy,
    ExitGround,
    FloorTest,
    PriorityEnd,
    SetOffEnd,
    SetOffStage,
)
from inventory.base.said import Line, Number, Said

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class NewFailureNotice(Said, frozen=True, kw_only=True):
    """When the parties were told of a failed round; without a number the notice is drawn up today.

    ``names_right`` is the creditor's right to take the asset in set-off: drawn up here it names it.
    """

    told_on: date
    document: Number | None = None
    names_right: bool = False
    note: Line | None = None


class NewNotEnforceable(Said, frozen=True, kw_only=True):
    """The head's decision that the case is not yet enforceable, and what it is founded on.

    ``verification`` are the minutes by which no other means of the debtor were found.
    """

    decided_on: date
    decision_number: Number
    verified_on: date
    verification: Number
    note: Line | None = None


class NewAsk(Said, frozen=True, kw_only=True):
    """The creditor is told in writing that he may take the asset.

    ``claim`` and ``debt`` are needed only where the ledger of claims holds none; ``deductions`` are
    the taxes of the transfer; what is others' and a year's rent follow from the asset's record.
    """

    asked_on: date
    creditor: Name | None = None
    claim: Decimal | None = None
    debt: Decimal | None = None
    deductions: Decimal = Decimal(0)


class NewSetOffAnswer(Said, frozen=True, kw_only=True):
    """What the creditor says; with several creditors the others agree in writing."""

    accepted: bool
    answered_on: date
    document: Number
    others_document: Line | None = None


class NewDebtorNotice(Said, frozen=True, kw_only=True):
    """The debtor is told that the creditor takes the asset."""

    told_on: date


class NewSetOffPayment(Said, frozen=True, kw_only=True):
    """The creditor pays the difference and the costs."""

    paid_on: date
    amount: Decimal
    document: Number


class NewLapse(Said, frozen=True, kw_only=True):
    """A time ran out without the act it was given for."""

    on: date
    note: Line | None = None


class NewPriority(Said, frozen=True, kw_only=True):
    """The co-owners are told that they may buy first."""

    told_on: date


class NewPriorityAnswer(Said, frozen=True, kw_only=True):
    """What one co-owner says."""

    owner: Name
    accepted: bool
    answered_on: date
    document: Number


class NewChoice(Said, frozen=True, kw_only=True):
    """Which of several co-owners buys: agreed among them, or drawn by lot, with minutes."""

    owner: Name
    chosen_by: ChosenBy
    chosen_on: date
    minutes: Number


class NewPriorityPayment(Said, frozen=True, kw_only=True):
    """The co-owner pays."""

    paid_on: date
    amount: Decimal
    document: Number


class NewExpense(Said, frozen=True, kw_only=True):
    """A reasonable expense of a bidder; nothing where he claims none."""

    bidder: Name
    amount: Decimal
    document: Line | None = None


class NewRedemption(Said, frozen=True, kw_only=True):
    """The debtor pays debt, costs and what bidders reasonably spent.

    ``only_this``: the other assets of the lot go on.
    """

    paid_on: date
    debt: Decimal
    costs: Decimal
    document: Number
    only_this: bool = False
    expenses: Annotated[list[NewExpense], msgspec.Meta(max_length=200)] | None = None
    note: Line | None = None


class NewSettlement(Said, frozen=True, kw_only=True):
    """The parties settle, by ``others_document`` those of other cases; ``only_this``: one goes."""

    agreed_on: date
    document: Number
    others_document: Number | None = None
    only_this: bool = False
    note: Line | None = None


class NewReturn(Said, frozen=True, kw_only=True):
    """What nobody bought goes back; ``refusal`` is the paper of the creditor who declines.

    ``asset``: only that one of several; the others go on.
    """

    returned_on: date
    asset: Line | None = None
    receiver: Name
    refused_on: date
    refusal: Number
    place: Line | None = None


class NewRecall(Said, frozen=True, kw_only=True):
    """The decision that recalls the seizure, and how the holder of the collateral was told.

    Without a number the program numbers and prints it; it goes to the holder too.
    """

    recalled_on: date
    decision_number: Number | None = None
    holder_told: Number | None = None


class SetOffOut(msgspec.Struct, frozen=True, kw_only=True):
    """The creditor's right after a failed round."""

    id: int
    lot_id: int
    round_id: int
    round_number: int
    creditor: str
    price: Decimal
    reductions: int
    claim: Decimal
    costs: Decimal
    owners: Decimal
    rent: Decimal
    deductions: Decimal
    to_pay: Decimal
    asked_on: date
    answer_by_on: date
    article: str
    confidence: Confidence
    notice: str
    answered_on: date | None
    accepted: bool | None
    answer_document: str | None
    others_document: str | None
    told_on: date | None
    debtor_by_on: date | None
    debtor_notice: str | None
    pay_by_on: date | None
    paid_on: date | None
    paid_document: str | None
    ended_on: date | None
    ending: SetOffEnd | None
    end_note: str | None
    stage: SetOffStage


class PriorityAnswerOut(msgspec.Struct, frozen=True, kw_only=True):
    """What one co-owner said."""

    owner: str
    accepted: bool
    answered_on: date
    document: str


class PriorityOut(msgspec.Struct, frozen=True, kw_only=True):
    """The co-owners' right to buy an asset first."""

    id: int
    asset_id: int
    asset: str
    round_id: int | None
    price: Decimal
    to_pay: Decimal
    told_on: date
    answer_by_on: date
    pay_by_on: date
    article: str
    confidence: Confidence
    notice: str
    chosen: str | None
    chosen_by: ChosenBy | None
    chosen_on: date | None
    minutes: str | None
    paid_on: date | None
    paid_document: str | None
    ended_on: date | None
    ending: PriorityEnd | None
    answers: list[PriorityAnswerOut]

    @property
    def takers(self) -> list[str]:
        """Those who want it."""
        return [one.owner for one in self.answers if one.accepted]


class ExpenseOut(msgspec.Struct, frozen=True):
    """What the debtor paid back to a bidder."""

    bidder: str
    amount: Decimal
    document: str | None


class ExpectedExpense(msgspec.Struct, frozen=True):
    """A bidder of the round that is cut off, who says what he spent; his deposit goes back too."""

    bidder: str
    deposit: Decimal | None


class RedemptionDue(msgspec.Struct, frozen=True, kw_only=True):
    """What the debtor pays to take an asset back, until when, and what leaves with it."""

    asset: str
    lot: str | None
    leaves_with: list[str]
    alone: bool
    until_on: date | None
    debt: Decimal
    costs: Decimal
    expenses: list[ExpectedExpense]
    rule_key: str
    article: str
    confidence: Confidence


class ExitOut(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that left the auction without a buyer."""

    asset: str
    ground: ExitGround
    left_on: date
    until_on: date | None
    debt: Decimal
    costs: Decimal
    expenses: Decimal
    document: str
    others_document: str | None
    article: str
    confidence: Confidence
    lines: list[ExpenseOut]


class ReturnOut(msgspec.Struct, frozen=True, kw_only=True):
    """A lot that went back unsold."""

    last_price: Decimal
    reduced_value: Decimal
    costs: Decimal
    returned_on: date
    refused_on: date
    refusal: str
    receiver: str
    article: str
    confidence: Confidence
    minutes: str


class RecallOut(msgspec.Struct, frozen=True, kw_only=True):
    """A seizure that is to be recalled, or was."""

    id: int
    lot: str
    office_id: int
    found_on: date
    price: Decimal
    secured: Decimal
    costs: Decimal
    article: str
    confidence: Confidence
    recalled_on: date | None
    decision_number: str | None
    holder_told: str | None


class ForecastRow(msgspec.Struct, frozen=True):
    """One further round: when, at which lowest lawful price, what the costs are by then."""

    number: int
    on: date
    price: Decimal
    costs: Decimal

    @property
    def left(self) -> Decimal:
        """What a sale at that price leaves after the costs."""
        return self.price - self.costs


class Basis(msgspec.Struct, frozen=True):
    """A row of law that something rests on, and how sure it is."""

    article: str
    confidence: Confidence


class LotForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a lot if nobody buys: rounds until the floor, storage, proceeds.

    ``days_basis``: the rule that gave the days between rounds; none where they lay so in the past.
    """

    price: Decimal
    costs: Decimal
    monthly_storage: Decimal
    days_between: int
    rows: list[ForecastRow]
    reductions: int | None
    floor_on: date | None
    break_even_on: date | None
    article: str
    confidence: Confidence
    days_basis: Basis | None
    costs_basis: list[Basis]


class AssetBetween(msgspec.Struct, frozen=True, kw_only=True):
    """An asset between rounds: the co-owners' right, and how it left the auction."""

    asset: str
    priorities: list[PriorityOut]
    exits: list[ExitOut]


class BetweenFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a lot between its rounds."""

    lot: str
    floor: FloorTest | None
    setoffs: list[SetOffOut]
    priorities: list[PriorityOut]
    exits: list[ExitOut]
    returned: ReturnOut | None
    recalls: list[RecallOut]
    forecast: LotForecast | None

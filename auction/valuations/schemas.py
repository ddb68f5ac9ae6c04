"""What is said of a valuation, and how lists and pages show it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.costs.rules import Bearer
from auction.legal_rules.rules import Confidence
from auction.valuations.councils import CouncilOut, Words
from auction.valuations.rules import Anew, Chooser, Ground, Payer, ValuationMethod
from auction.valuations.ways import Gold, Goods, PriceClass
from inventory.base.said import Line, Number, RowId, Said


class NewValuation(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value put on an asset, in whole đồng; ``received_on`` is when the office got the result.

    ``anew`` says why, and ``anew_document`` by which paper, where a price is in force already.
    """

    method: ValuationMethod
    amount: Decimal
    valued_on: date
    valid_until: date | None = None
    received_on: date | None = None
    firm: Line | None = None
    certificate_number: Line | None = None
    note: Line | None = None
    anew: Anew | None = None
    anew_document: Line | None = None


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
    anew: Anew | None
    anew_document: str | None
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


People = Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
"""Names, one a line."""


class NewFacts(Said, frozen=True, kw_only=True):
    """What the lawful way of pricing hangs on, as the officer found it.

    ``no_firm_reason`` names the firms that were asked and why none can be contracted.
    """

    worth: Decimal | None = None
    wage_region: Line | None = None
    goods: Goods | None = None
    gold: Gold | None = None
    no_firm_reason: Words | None = None
    finance_asked_on: date | None = None
    finance_answer: Line | None = None


class AgreedPrice(Said, frozen=True, kw_only=True):
    """The parties agree on the price in writing before the valuation contract."""

    amount: Decimal
    agreed_on: date
    parties: People
    place: Line | None = None
    begun_at: datetime | None = None


class NewContract(Said, frozen=True, kw_only=True):
    """A contract with a valuation firm.

    ``outside_reason``: by the law of 2008, why the firm is not of the same province.
    """

    firm_id: RowId
    number: Number
    signed_on: date
    value_on: date | None = None
    result_due_on: date | None = None
    fee: Decimal | None = None
    chosen_by: Chooser = Chooser.OFFICER
    outside_reason: Line | None = None


class ContractEnd(Said, frozen=True, kw_only=True):
    """A contract with a firm ends without a certificate."""

    on: date
    reason: Words


class NewCertificate(Said, frozen=True, kw_only=True):
    """What the firm of the open contract found; ``valid_until`` as it is printed."""

    certificate_number: Number
    amount: Decimal
    valued_on: date
    valid_until: date
    received_on: date | None = None
    note: Line | None = None


class OfficerPrice(Said, frozen=True, kw_only=True):
    """The officer sets the price, with what he compared it with."""

    amount: Decimal
    priced_on: date
    market: Words
    present: People | None = None
    begun_at: datetime | None = None


class PostedPrice(Said, frozen=True, kw_only=True):
    """Gold bars and plain rings at a posted buying price, and whose price that is."""

    amount: Decimal
    priced_on: date
    price_source: Words
    begun_at: datetime | None = None


class NewPriceNotice(Said, frozen=True, kw_only=True):
    """The parties, co-owners and holders of pre-emption are told of the price."""

    told_on: date
    told: People
    advance: Decimal | None = None


class RevaluationRequest(Said, frozen=True, kw_only=True):
    """A party asks for the price to be found again and pays the advance on its cost."""

    asked_by: Line
    party: Bearer
    asked_on: date
    document: Number
    advance: Decimal
    advance_receipt: Number


class RevaluationGround(Said, frozen=True, kw_only=True):
    """An authority found a breach, or the certificate ran out.

    ``postponement`` is the paper by which the creditor agreed to postpone, where that made the
    certificate run out.
    """

    ground: Ground
    on_day: date
    document: Number
    postponement: Line | None = None


class KeptPrice(Said, frozen=True, kw_only=True):
    """The parties agree in writing to keep a price whose certificate ran out."""

    agreed_on: date
    parties: People
    begun_at: datetime | None = None


class WayOut(msgspec.Struct, frozen=True, kw_only=True):
    """The lawful ways of pricing an asset today, and where that is written."""

    price_class: PriceClass
    ways: list[ValuationMethod]
    rule_key: str
    article: str
    confidence: Confidence


class FactsOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the officer found of an asset, as stated last."""

    worth: Decimal | None = None
    wage_region: str | None = None
    goods: Goods | None = None
    gold: Gold | None = None
    no_firm_reason: str | None = None
    finance_asked_on: date | None = None
    finance_answer: str | None = None


class ContractOut(msgspec.Struct, frozen=True, kw_only=True):
    """A contract with a valuation firm."""

    id: int
    firm_id: int
    firm: str
    number: str
    signed_on: date
    value_on: date | None
    result_due_on: date | None
    fee: Decimal | None
    chosen_by: Chooser
    outside_reason: str | None
    due_on: date | None
    due_article: str | None
    late_reason: str | None
    closed_on: date | None
    closed_reason: str | None


class NoticeOut(msgspec.Struct, frozen=True, kw_only=True):
    """The notice of a price."""

    valuation_id: int
    told_on: date
    told: str
    advance: Decimal | None
    window_ends_on: date | None
    article: str | None
    paper: str | None


class RevaluationOut(msgspec.Struct, frozen=True, kw_only=True):
    """A re-valuation: why, who pays, how far it is."""

    id: int
    ground: Ground
    request_number: int | None
    asked_by: str | None
    party: Bearer | None
    document: str
    on_day: date
    advance: Decimal | None
    payer: Payer
    payer_article: str
    start_due_on: date | None
    begun_on: date | None
    done_on: date | None


class KeptOut(msgspec.Struct, frozen=True, kw_only=True):
    """The agreement to keep a price."""

    valuation_id: int
    agreed_on: date
    minutes: str
    parties: str


class PricingOut(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of how an asset is priced.

    ``began_on`` is the day on which it was seized anew, where it has lived before: older prices
    tell of that.
    """

    asset: str
    began_on: date | None = None
    facts: FactsOut
    lawful: WayOut | None
    contracts: list[ContractOut]
    councils: list[CouncilOut]
    valuations: list[ValuationOut]
    notices: list[NoticeOut]
    revaluations: list[RevaluationOut]
    kept: list[KeptOut]

    @property
    def open_contract(self) -> ContractOut | None:
        """The contract that waits for its certificate."""
        return next((one for one in self.contracts if one.closed_on is None), None)

    @property
    def open_council(self) -> CouncilOut | None:
        """The council that has not decided yet."""
        return next((one for one in self.councils if one.closed_on is None), None)

    @property
    def open_revaluation(self) -> RevaluationOut | None:
        """The re-valuation in progress."""
        return next((one for one in self.revaluations if one.done_on is None), None)

    @property
    def newest(self) -> ValuationOut | None:
        """The newest price of the asset's present life."""
        newest = self.valuations[0] if self.valuations else None
        past = newest is not None and self.began_on is not None and newest.valued_on < self.began_on
        return None if past else newest

    @property
    def notice(self) -> NoticeOut | None:
        """The notice of the newest price."""
        newest = self.newest
        return next((n for n in self.notices if newest and n.valuation_id == newest.id), None)

    @property
    def kept_price(self) -> KeptOut | None:
        """The agreement to keep the newest price."""
        newest = self.newest
        return next((k for k in self.kept if newest and k.valuation_id == newest.id), None)


class ExpiringRow(msgspec.Struct, frozen=True, kw_only=True):
    """A price whose certificate runs out soon or has run out, before the auction contract."""

    asset: str
    description: str
    valid_until: date


class UntoldRow(msgspec.Struct, frozen=True, kw_only=True):
    """A price the parties were not told of yet."""

    asset: str
    description: str
    valued_on: date
    due_on: date | None


class ReopenedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A re-valuation in progress."""

    asset: str
    description: str
    ground: Ground
    on_day: date
    start_due_on: date | None
    begun_on: date | None

"""What is printed of each paper of the auction side.

The head (case, judgment, parties), the things and the signatures are those of every paper and are
filled in when it is issued. Amounts are whole đồng; the template says them in words too. Days are
told as days: the room that issues a paper has them from the dated rules.
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from inventory.papers.schemas import ActMinutes, PaperData, Party


class PriceAgreementData(ActMinutes, frozen=True, kw_only=True):
    """The parties agree on a price, or on a valuation firm (L25 Art. 82(1)a; L08 Art. 98(1)).

    A firm only by the law of 2008.
    """

    price: Decimal | None = None
    firm: str | None = None


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of those who set a price holds it to be worth, and how he voted."""

    name: str
    role: str | None = None
    price: Decimal | None = None
    agrees: bool | None = None
    said: str | None = None
    chairs: bool = False


class CouncilPrice(msgspec.Struct, frozen=True, kw_only=True):
    """One of several things a council sat on: how each member voted, and its price."""

    code: str
    name: str
    price: Decimal
    members: tuple[Opinion, ...]
    in_favour: int
    chair_decided: bool = False


class PriceSettingData(ActMinutes, frozen=True, kw_only=True):
    """The officer or a council sets the price (L25 Art. 82(1)b; D152/26 Art. 60(3)-(5)).

    `way` is ``officer``, ``council`` or ``posted`` (gold at its posted price). Where a council sat
    on several things, `prices` has each of them and `price` is their sum.
    """

    way: str
    price: Decimal
    why: str | None = None
    council_decision: str | None = None
    council_on: date | None = None
    members: tuple[Opinion, ...] = ()
    market: str | None = None
    """The method, and what it was compared with."""
    in_favour: int | None = None
    chair_decided: bool = False
    prices: tuple[CouncilPrice, ...] = ()


class ValuationNoticeData(PaperData, frozen=True, kw_only=True):
    """The result of a valuation, told to the parties (D152/26 Art. 60(6); L08 Art. 99).

    `method` is the code of how it was priced. A re-valuation can be asked for once: after one
    (`again`) the notice names no day.
    """

    price: Decimal
    method: str
    firm: str | None = None
    certificate: str | None = None
    valued_on: date | None = None
    valid_until: date | None = None
    again: bool = False
    previous_price: Decimal | None = None
    ask_until: date | None = None
    advance: Decimal | None = None


class PriorityNoticeData(PaperData, frozen=True, kw_only=True):
    """Co-owners and holders of pre-emption may buy first (L25 Art. 83(1); L08 Art. 74(3))."""

    holders: tuple[Party, ...]
    price: Decimal
    answer_until: date
    share: str | None = None
    pay_until: date | None = None
    pay_at: str | None = None
    pay_term: str | None = None
    """The time to pay in words, where the day follows from the answer: ``5 ngày làm việc``."""


class BurdenLine(msgspec.Struct, frozen=True, kw_only=True):
    """What burdens a thing that is offered, for buyers to know: its kind, no names."""

    kind: str
    asset: str | None = None
    until_on: date | None = None
    note: str | None = None


class AuctionNoticeData(PaperData, frozen=True, kw_only=True):
    """The office tells of an auction: what, at which price, by whom, when and where."""

    round_number: int
    starting_price: Decimal
    organisation: str
    opens_at: datetime | None = None
    organisation_address: str | None = None
    venue: str | None = None
    form: str | None = None
    deposit: Decimal | None = None
    step: Decimal | None = None
    dossier_fee: Decimal | None = None
    method: str | None = None
    viewing: str | None = None
    registration: str | None = None
    contract_number: str | None = None
    contract_on: date | None = None
    encumbrances: tuple[str, ...] = ()
    burdens: tuple[BurdenLine, ...] = ()


class SeizedBy(msgspec.Struct, frozen=True, kw_only=True):
    """A decision by which a thing was seized."""

    number: str
    on: date | None = None


class SeizureRecallData(PaperData, frozen=True, kw_only=True):
    """The decision that recalls a seizure: the price sank to what the thing secures for another.

    D152/26 Art. 55(4), 65(7)a; JC11/16 Art. 4(3). `holders` of the collateral are told by it.
    """

    holders: tuple[Party, ...]
    price: Decimal
    secured: Decimal
    costs: Decimal
    decisions: tuple[SeizedBy, ...] = ()


class ReductionData(PaperData, frozen=True, kw_only=True):
    """The decision that lowers the price after a failed round (L25 Art. 83(3); L08 Art. 104).

    `index` counts the reductions; from the second on the creditor's right to take the asset is
    told (D152/26 Art. 65(6)), until `creditor_until` where the law gives a day.
    """

    index: int
    failed_round: int
    previous_price: Decimal
    percent: Decimal
    amount: Decimal
    new_price: Decimal
    next_round: int
    failed_on: date | None = None
    notice_number: str | None = None
    notice_on: date | None = None
    agreed: bool = False
    """The parties agreed on the reduction (law of 2008)."""
    creditor_right: bool = False
    creditor_until: date | None = None


class FailureNoticeData(PaperData, frozen=True, kw_only=True):
    """The parties are told of a failed round (D152/26 Art. 65(6); L08 Art. 104(1)).

    `outcome` is the code of its ground, `notice` the organisation's own; by the law of 2008 the
    parties may agree on the reduction until `agree_until`. From the second reduction on the
    creditor's right to take the asset is named.
    """

    failed_round: int
    price: Decimal | None = None
    failed_on: date | None = None
    outcome: str | None = None
    notice: str | None = None
    reductions: int = 0
    agree_until: date | None = None
    creditor_right: bool = False


class SetoffNoticeData(PaperData, frozen=True, kw_only=True):
    """The right to take the asset in set-off (D152/26 Art. 65(6), 66; L08 Art. 104(2)).

    `to` is ``creditor`` (he may take it) or ``debtor`` (the creditor takes it: he may pay all and
    have it back until `until`). `to_pay` is what the one named would have to pay.
    """

    to: str
    addressee: Party
    price: Decimal
    failed_round: int
    until: date | None = None
    reductions: int | None = None
    claim: Decimal | None = None
    costs: Decimal | None = None
    owners: Decimal | None = None
    rent: Decimal | None = None
    to_pay: Decimal | None = None
    pay_until: date | None = None
    pay_at: str | None = None


class RequestData(PaperData, frozen=True, kw_only=True):
    """The organisation is asked to pause or to stop an auction (L25 Art. 84; D152/26 Art. 65(7)).

    `ground` is the text of the ground, `article` where it is written (``L25 Art. 84(2)đ``).
    """

    organisation: str
    ground: str
    article: str
    effective_at: datetime
    round_number: int | None = None
    opens_at: datetime | None = None
    contract_number: str | None = None
    contract_on: date | None = None
    until: date | None = None
    basis_document: str | None = None


class LotsDrawn(msgspec.Struct, frozen=True, kw_only=True):
    """Lots drawn among several buyers: the order, before whom, who declined before the buyer."""

    drawn_on: date
    order: tuple[str, ...]
    witnesses: tuple[str, ...]
    declined: tuple[str, ...] = ()


class SaleMinutesData(ActMinutes, frozen=True, kw_only=True):
    """What is sold without auction, or taken by the creditor by agreement of the parties.

    L25 Art. 83(2)b, 86(1); L08 Art. 100(1), 101(4). `way` is ``direct`` or ``agreement``; `others`
    is the paper by which the other creditors agreed.
    """

    way: str
    receiver: Party
    price: Decimal
    set_off: Decimal = Decimal(0)
    to_pay: Decimal = Decimal(0)
    pay_until: date | None = None
    agreement: str | None = None
    others: str | None = None
    announcement: str | None = None
    announced_on: date | None = None
    draw: LotsDrawn | None = None


class DeliveryDecisionData(PaperData, frozen=True, kw_only=True):
    """The asset is to be handed to who bought or took it (L25 Art. 86(2); L08 Art. 103).

    `way` is how it was acquired: ``auction``, ``setoff``, ``priority``, ``direct``, ``agreement``.
    """

    way: str
    receiver: Party
    price: Decimal
    paid: Decimal | None = None
    paid_on: date | None = None
    round_number: int | None = None
    sale_document: str | None = None
    contract: str | None = None
    deliver_until: date | None = None
    handed_by: str | None = None
    registers: tuple[str, ...] = ()


class DeliveryMinutesData(ActMinutes, frozen=True, kw_only=True):
    """The asset changes hands (L25 Art. 86(2), 90(1); D152/26 Art. 67, 69)."""

    receiver: Party
    officer: Party | None = None
    giver: Party | None = None
    decision_number: str | None = None
    decision_on: date | None = None
    papers: tuple[str, ...] = ()
    """Keys and papers that go with it."""
    coercion: str | None = None


class ReturnUnsoldData(ActMinutes, frozen=True, kw_only=True):
    """What nobody bought goes back to the debtor, who may not trade it (L25 Art. 83(3))."""

    receiver: Party
    last_price: Decimal
    costs: Decimal
    rounds: int | None = None
    creditor_refused_on: date | None = None
    refusal: str | None = None
    officer: Party | None = None


class PayoutLine(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody gets: in which rank, of how much, how much of it, on which article.

    `fee` is the enforcement fee he owes on what is `paid`, `received` what he is given after it
    (nothing said: all).
    """

    rank: str
    payee: str
    paid: Decimal
    fee: Decimal = Decimal(0)
    received: Decimal | None = None
    claim: Decimal | None = None
    article: str | None = None
    note: str | None = None


class PayoutTableData(PaperData, frozen=True, kw_only=True):
    """How the money of a sale is divided (L25 Art. 54; L08 Art. 47): the sums agree to the đồng.

    `gross` less `before` (costs, what belongs to co-owners, one year's rent) is what is divided in
    `shares`; what is `left` goes to the debtor.
    """

    gross: Decimal
    before: tuple[PayoutLine, ...] = ()
    net: Decimal
    shares: tuple[PayoutLine, ...]
    left: Decimal = Decimal(0)
    source: str | None = None
    pay_until: date | None = None
    approved_by: str | None = None
    fee_article: str | None = None


class PortfolioLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of a portfolio that is handed over: `group` is what it is of."""

    group: str
    name: str
    code: str | None = None
    state: str | None = None
    due_on: date | None = None
    accepted: bool = True
    reason: str | None = None


class PortfolioMinutesData(PaperData, frozen=True, kw_only=True):
    """An officer's whole portfolio goes to another: what was taken over, what was not and why."""

    giver: Party
    receiver: Party
    reason: str
    at: datetime
    as_of: date
    items: tuple[PortfolioLine, ...]
    present: tuple[Party, ...] = ()


class ClaimEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that enforcement is terminated for, and what was still owed on it, in đồng."""

    creditor: str
    amount: Decimal


class TerminationData(PaperData, frozen=True, kw_only=True):
    """The head terminates enforcement (L25 Art. 48; L08 Art. 50): why, and what ends with it.

    `ground` is in words, `document` and `ground_on` its paper and day; `ended` is the sum of the
    claims. The things are those to be released, by the day `release_until`.
    """

    ground: str
    document: str
    ground_on: date
    ended: Decimal
    part: bool = False
    claims: tuple[ClaimEnded, ...] = ()
    release_until: date | None = None


class AnnulmentData(PaperData, frozen=True, kw_only=True):
    """The head annuls a wrong termination (L25 Art. 52): which, why, and what is owed again.

    The things are those that the case still holds and that need not be released.
    """

    annulled: str
    annulled_on: date
    reason: str
    revived: Decimal
    part: bool = False

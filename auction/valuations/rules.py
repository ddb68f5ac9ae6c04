"""Ways to put a value on an asset, and when a valuation holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from inventory.base.errors import Barred, Basis, Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class ValuationMethod(StrEnum):
    """Who said what an asset is worth."""

    AGREED = "agreed"
    FIRM = "firm"
    OFFICER = "officer"
    COUNCIL = "council"
    POSTED_PRICE = "posted_price"
    RECORDED = "recorded"


class Act(StrEnum):
    """The acts of this room as the audit ledger keeps them."""

    VALUED = "valuations.asset.valued"
    FACTS_STATED = "valuations.facts.stated"
    CONTRACTED = "valuations.contract.concluded"
    CONTRACT_ENDED = "valuations.contract.ended"
    COUNCIL_SET_UP = "valuations.council.set_up"
    TOLD = "valuations.notice.given"
    REVALUATION_GROUNDED = "valuations.revaluation.grounded"
    REVALUATION_BEGUN = "valuations.revaluation.begun"
    PRICE_KEPT = "valuations.price.kept"


class NextAct(StrEnum):
    """An act on a price, as its address names it."""

    FACTS = "facts"
    AGREEMENT = "agreement"
    CONTRACT = "contract"
    CONTRACT_END = "contract-end"
    CERTIFICATE = "certificate"
    COUNCIL = "council"
    COUNCIL_DECISION = "council-decision"
    OFFICER_PRICE = "officer-price"
    POSTED_PRICE = "posted-price"
    NOTICE = "notice"
    REQUEST = "revaluation-request"
    GROUND = "revaluation-ground"
    KEEP = "kept-price"


class Ground(StrEnum):
    """Why a price is found again (L25 Art. 82(2); L08 Art. 99)."""

    REQUEST = "request"
    OFFICER_BREACH = "officer_breach"
    FIRM_BREACH = "firm_breach"
    EXPIRED = "expired"


class Anew(StrEnum):
    """Why a price is recorded where one is in force (L25 Art. 82(2); L08 Art. 99)."""

    REVALUED = "revalued"
    LAPSED = "lapsed"
    COURT = "court"


class Payer(StrEnum):
    """Who pays for finding a price again (L25 Art. 53)."""

    REQUESTER = "requester"
    STATE = "state"
    CREDITOR = "creditor"


class Chooser(StrEnum):
    """Who chose the valuation firm."""

    OFFICER = "enforcement_officer"
    PARTIES = "parties"


METHODS = tuple(m for m in ValuationMethod if m is not ValuationMethod.RECORDED)
"""Methods an officer may name; the last only occurs in imported history."""


class ValuationMissing(Barred):
    """No valuation in force on that day."""

    code = "valuation_missing"


class ValuationIncomplete(Invalid):
    """Something a valuation must say is missing or does not fit."""

    code = "valuation_incomplete"


class WayNotLawful(Unlawful):
    """The law does not price this asset in this way on this day."""

    code = "pricing_way_not_lawful"


class CertificateExpired(Unlawful):
    """The certificate ran out before the auction contract, and nobody agreed to keep the price."""

    code = "certificate_expired"


class PriceFoundSince(Unlawful):
    """The price was found anew after the day of the contract."""

    code = "price_found_since"


class CertificateKnown(Unlawful):
    """The certificate is recorded with other days; what is printed on it counts."""

    code = "certificate_known"


class AgreementTooLate(Unlawful):
    """The parties may agree on the price only until then."""

    code = "price_agreement_too_late"


class ChoiceNotLawful(Unlawful):
    """The law of the day does not let them choose the valuation firm."""

    code = "firm_choice_not_lawful"


class ContractLate(Unlawful):
    """The contract comes after its limit; a second person may let it through."""

    code = "valuation_contract_late"


class ValuationContracted(Duplicate):
    """A contract with a valuation firm is open."""

    code = "valuation_contracted"


class NoOpenContract(OutOfPlace):
    """There is no open contract with a valuation firm."""

    code = "no_open_valuation_contract"


class CouncilSitsAlready(Duplicate):
    """A price-setting council for the asset is at work."""

    code = "council_sits_already"


class NoCouncil(OutOfPlace):
    """No price-setting council was set up."""

    code = "no_price_council"


class CouncilTooSmall(Unlawful):
    """The council has fewer members than the law wants."""

    code = "council_too_small"


class CouncilUndecided(Barred):
    """No price has more than half of the votes, and the chair's vote does not decide."""

    code = "council_undecided"


class GoodsUnfit(Unlawful):
    """The thing is none that spoils, or its price was found as of one that does not."""

    code = "goods_unfit"


class OfficerPriceTooHigh(Unlawful):
    """The officer sets a price above what he may price himself."""

    code = "officer_price_too_high"


class FinanceBodyNotHeard(Unlawful):
    """The officer sets the price only after the finance body answered or let its time pass."""

    code = "finance_body_not_heard"


class NoticeGivenAlready(Duplicate):
    """The parties were told of this price."""

    code = "price_notice_given_already"


class NoticeMissing(Barred):
    """The parties were not told of the price yet."""

    code = "price_notice_missing"


class PricedBeforeSeizure(Unlawful):
    """Nothing is priced for enforcement before it was seized."""

    code = "priced_before_seizure"


class OrderUnconfirmed(Unlawful):
    """No second person has seen the order of a court by which a price is found anew."""

    code = "court_order_unconfirmed"


class PricedAlready(Unlawful):
    """A price is in force; another one needs its ground."""

    code = "priced_already"


class GroundNotLawful(Unlawful):
    """The law of the day knows no re-valuation on this ground."""

    code = "revaluation_ground_not_lawful"


class RevaluationUsedUp(Unlawful):
    """Re-valuation was asked for as often as the law allows."""

    code = "revaluation_used_up"


class RevaluationTooLate(Unlawful):
    """The window for the request is over."""

    code = "revaluation_too_late"


class RevaluationOpen(Barred):
    """The price is being found again."""

    code = "revaluation_open"


class NoRevaluation(OutOfPlace):
    """No re-valuation is open."""

    code = "no_revaluation"


class NotExpired(Barred):
    """The certificate has not run out."""

    code = "certificate_not_expired"


class PriceKeptAlready(Duplicate):
    """The parties agreed to keep this price."""

    code = "price_kept_already"


FIRST_PRICE, AGAIN = "first_starting_price", "revaluation_grounds"
"""The rules by which a lot is offered at its value, and by which a value is found again."""


def council_price(votes: Sequence[tuple[Decimal, bool]], basis: Basis) -> Decimal:
    """The price a council sets: more than half of the votes; where two halves meet, the chair's.

    Each vote is a price and whether the chair cast it (D152/26 Art. 60(3)).
    Raises CouncilUndecided.
    """
    counted = Counter(price for price, _chair in votes)
    price, most = counted.most_common(1)[0]
    if most * 2 > len(votes):
        return price
    chairs = next((price for price, chair in votes if chair), None)
    if chairs is not None and counted[chairs] * 2 == len(votes):
        return chairs
    raise CouncilUndecided(
        _("No price has more than half of the %(count)s votes; let the council vote again."),
        field="votes",
        count=len(votes),
        **basis,
    )


def holds_on(valued_on: date, valid_until: date | None, on: date) -> bool:
    """Whether a valuation is in force on a day: made by then and not run out."""
    return valued_on <= on and (valid_until is None or on <= valid_until)


def value_of(amounts: Mapping[int | None, Decimal], asset_ids: Sequence[int]) -> Decimal | None:
    """The value of a lot out of the amounts in force: of all its assets, else of the lot as one.

    ``amounts`` are by asset, that of the lot as one under None; None where something is missing.
    """
    if asset_ids and all(asset_id in amounts for asset_id in asset_ids):
        return sum((amounts[asset_id] for asset_id in asset_ids), Decimal(0))
    return amounts.get(None)


labels(
    {
        Act.VALUED: _("Value recorded"),
        Act.FACTS_STATED: _("What the way of pricing hangs on was stated"),
        Act.CONTRACTED: _("Valuation contract concluded"),
        Act.CONTRACT_ENDED: _("Valuation contract ended"),
        Act.COUNCIL_SET_UP: _("Price-setting council set up"),
        Act.TOLD: _("Parties told of the price"),
        Act.REVALUATION_GROUNDED: _("Ground for valuing again recorded"),
        Act.REVALUATION_BEGUN: _("Re-valuation begun"),
        Act.PRICE_KEPT: _("Price kept by agreement"),
    }
)
labels(
    {
        ValuationMethod.AGREED: _("Agreed by the parties"),
        ValuationMethod.FIRM: _("Valuation firm"),
        ValuationMethod.OFFICER: _("Enforcement officer"),
        ValuationMethod.COUNCIL: _("Price-setting council"),
        ValuationMethod.POSTED_PRICE: _("Posted price of gold"),
        ValuationMethod.RECORDED: _("Recorded in the source"),
    }
)
labels(
    {
        NextAct.FACTS: _("State what the way hangs on"),
        NextAct.AGREEMENT: _("Parties agree on the price"),
        NextAct.CONTRACT: _("Contract with a valuation firm"),
        NextAct.CONTRACT_END: _("Contract ends without a certificate"),
        NextAct.CERTIFICATE: _("Certificate received"),
        NextAct.COUNCIL: _("Set up a price-setting council"),
        NextAct.COUNCIL_DECISION: _("The council decides"),
        NextAct.OFFICER_PRICE: _("Officer sets the price"),
        NextAct.POSTED_PRICE: _("Gold at the posted price"),
        NextAct.NOTICE: _("Tell the parties the price"),
        NextAct.REQUEST: _("A party asks to value again"),
        NextAct.GROUND: _("Breach or lapsed certificate"),
        NextAct.KEEP: _("Parties keep the price"),
    }
)
labels(
    {
        Ground.REQUEST: _("Request of a party"),
        Ground.OFFICER_BREACH: _("Serious breach by the officer"),
        Ground.FIRM_BREACH: _("Serious breach by the firm, found by an authority"),
        Ground.EXPIRED: _("The certificate ran out"),
    }
)
labels(
    {
        Payer.REQUESTER: _("Who asked for it"),
        Payer.STATE: _("The State budget"),
        Payer.CREDITOR: _("Creditor"),
    }
)
labels(
    {
        Chooser.OFFICER: _("Enforcement officer"),
        Chooser.PARTIES: _("The parties by agreement"),
    }
)
labels(
    {
        Anew.REVALUED: _("Valued again under the law"),
        Anew.LAPSED: _("The certificate before lapsed"),
        Anew.COURT: _("Court or another authority ordered it"),
    }
)

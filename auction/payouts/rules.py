"""How money is divided: rank by rank, pro rata inside a rank, to the whole đồng; pure.

L08 Art. 47(1)(2) knew three ranks, L25 Art. 54(1)(2) knows five; which ones a day has are dated
rows of ``payment_ranks``. What rounding leaves over goes by largest remainder (``payout_rounding``,
to be confirmed), equal remainders by the order of the claims.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Rule, rules_of
from inventory.base.errors import (
    Barred,
    Duplicate,
    Invalid,
    NotEntitled,
    OutOfPlace,
    Overtaken,
    Unlawful,
)
from inventory.base.messages import _, labels
from inventory.base.money import check_amount, round_to, share_out


class LineKind(StrEnum):
    """What a line of a payout is, in the order in which money is taken for it.

    What belongs to owners of others' things (L25 Art. 81(2)) and to co-owners is not the debtor's;
    costs, rent and taxes are deducted before anybody is paid (L25 Art. 54(1); L08 Art. 47(1)); what
    the judgment gave back and nobody collected is its owner's, less the costs (L25 Art. 59(1));
    collateral goes before the ranks (Art. 54(3)).
    """

    OTHERS_THINGS = "others_things"
    CO_OWNER = "co_owner"
    COSTS = "costs"
    RENT = "rent"
    TAXES = "taxes"
    OWNER = "owner"
    MORTGAGEE = "mortgagee"
    JUDGMENT_FEE = "judgment_fee"
    COLLATERAL = "collateral"
    RANK = "rank"
    LATER = "later"
    DEBTOR = "debtor"


BEFORE_RANKS = frozenset(
    {LineKind.OTHERS_THINGS, LineKind.CO_OWNER, LineKind.COSTS, LineKind.RENT, LineKind.TAXES}
    | {LineKind.OWNER}
)


class PayoutState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class VoucherWay(StrEnum):
    """How a line was paid."""

    TRANSFER = "transfer"
    CASH = "cash"
    TERM_DEPOSIT = "term_deposit"
    SET_OFF = "set_off"
    SAVINGS = "savings"
    OFFICE_ACCOUNT = "office_account"


DEDUCTED_FIRST = "enforcement_costs"
"""The scope of the ranks by which costs are deducted before anybody is paid."""

SET_OFF_BY = "setoff_sum"
"""The rule of what a creditor who takes the asset sets off."""


KEPT = frozenset({VoucherWay.SAVINGS, VoucherWay.OFFICE_ACCOUNT})
"""Ways in which money is kept that its payee did not fetch (D152/26 Art. 41(2))."""


IN_MONEY = frozenset({VoucherWay.TRANSFER, VoucherWay.CASH})
"""Ways in which the payee is given money, less the fee that he owes on it."""


class HeldBack(StrEnum):
    """What is held back of a payment, and goes to the State."""

    ENFORCEMENT_FEE = "enforcement_fee"


class Act(StrEnum):
    """Codes of the acts on payouts, as the audit ledger keeps them."""

    PROPOSED = "payouts.payout.proposed"
    APPROVED = "payouts.payout.approved"
    WITHDRAWN = "payouts.payout.withdrawn"
    PAID = "payouts.line.paid"
    REVERSED = "payouts.voucher.reversed"
    EXTENDED = "payouts.time.extended"


APPROVED_BY = "payout_approved_by"
"""The rule of who approves a payout."""

RESTS_ON = "payout_rests_on_claims"
"""The rule that money is divided among claims as they stand."""


class OwnProposal(NotEntitled):
    """Who proposed a payout does not approve it."""

    code = "own_proposal"


class PayoutFrozen(OutOfPlace):
    """An approved payout does not change; withdraw it and propose anew."""

    code = "payout_frozen"


class PayoutNotOpen(OutOfPlace):
    """The proposal was approved, withdrawn or replaced by a newer version."""

    code = "payout_not_open"


class PayoutNotApproved(Barred):
    """Nothing is paid before the head approved."""

    code = "payout_not_approved"


class CashNotThere(Barred):
    """More would be paid out in money than came in as money."""

    code = "cash_not_there"


class NothingTooMuch(OutOfPlace):
    """Nothing was set off beyond the part that the payout gives the taker."""

    code = "nothing_set_off_too_much"


class ProposalStale(Overtaken):
    """Money or claims changed since the proposal; it needs a new version."""

    code = "proposal_stale"


class ClaimsChanged(Barred):
    """Claims that an approved payout rests on changed since it was drawn up."""

    code = "claims_changed"


class CostsChanged(Barred):
    """Costs that an approved payout deducts changed since it was drawn up."""

    code = "costs_changed"


class RightsChanged(Barred):
    """Shares, collateral or the rent that an approved payout rests on were recorded otherwise."""

    code = "rights_changed"


class PaidAlready(Duplicate):
    """The line was paid; reverse its voucher first."""

    code = "line_paid_already"


class VoucherNumberTaken(Duplicate):
    """The office has issued another voucher under that number."""

    code = "voucher_number_taken"


class VoucherReversed(Duplicate):
    """The voucher was reversed before, or is itself a reversal."""

    code = "voucher_reversed"


class PaidOutAlready(OutOfPlace):
    """Money was paid out; its vouchers are reversed first."""

    code = "paid_out_already"


class NotDeductible(Unlawful):
    """The law of that day does not deduct that before the ranks."""

    code = "not_deductible"


class PayoutLate(Unlawful):
    """Money is paid out after its time limit, and no second person let it."""

    code = "payout_late"


class RentLeftOut(Unlawful):
    """A year's rent of the only dwelling is kept back, and no second person let it be left out."""

    code = "rent_left_out"


class NoLongerTime(Unlawful):
    """The law of that day gives no longer time to pay out."""

    code = "no_longer_time"


class RankUnknown(Invalid):
    """The law of that day has no such rank."""

    code = "rank_unknown"


class AmountWrong(Invalid):
    """An amount that is negative, not whole, or greater than the ledgers hold."""

    code = "amount_wrong"


class Claim(msgspec.Struct, frozen=True):
    """What somebody may ask of the money, and in which rank."""

    rank: int
    amount: Decimal


class Division(msgspec.Struct, frozen=True):
    """What each claim is paid, in the order of the claims, and what the debtor keeps."""

    paid: tuple[Decimal, ...]
    left_for_debtor: Decimal


def ranks_on(rules: Iterable[Rule], on: date) -> dict[int, Rule]:
    """The ranks that the law of a day has, each with a row that says so.

    Raises RuleUnknown.
    """
    return {int(rule.number): rule for rule in rules_of(rules, "payment_ranks", on)}


def check_claims(net: Decimal, claims: Sequence[Claim], ranks: dict[int, Rule], on: date) -> None:
    """Refuse amounts that are no whole đồng and ranks that the law of the day does not have.

    Raises Invalid, RankUnknown.
    """
    if not _is_whole(net):
        raise AmountWrong(
            _("The net sum %(amount)s is not a whole number of đồng, from 0 up to 18 digits."),
            field="net",
            amount=str(net),
        )
    for place, claim in enumerate(claims):
        if not _is_whole(claim.amount):
            raise AmountWrong(
                _("Claim %(number)s: %(amount)s is no whole number of đồng from 0 to 18 digits."),
                field=f"claims[{place}].amount",
                number=place + 1,
                amount=str(claim.amount),
            )
        if claim.rank not in ranks:
            raise RankUnknown(
                _("Claim %(number)s: the law of %(on)s has no rank %(rank)s; it has %(ranks)s."),
                field=f"claims[{place}].rank",
                article=ranks[max(ranks)].article,
                number=place + 1,
                on=on.isoformat(),
                rank=claim.rank,
                ranks=", ".join(str(rank) for rank in sorted(ranks)),
            )


def _is_whole(amount: Decimal) -> bool:
    try:
        check_amount(amount, field="amount")
    except Invalid:
        return False
    return True


def divide(net: Decimal, claims: Sequence[Claim]) -> Division:
    """Pay a net sum to claims: nobody in a rank before the rank above it is paid in full."""
    net = round_to(net)
    paid = [Decimal(0)] * len(claims)
    for rank in sorted({claim.rank for claim in claims}):
        of_rank = [place for place, claim in enumerate(claims) if claim.rank == rank]
        amounts = [round_to(claims[place].amount) for place in of_rank]
        for place, part in zip(of_rank, pro_rata(net, amounts), strict=True):
            paid[place] = part
        net -= sum((paid[place] for place in of_rank), Decimal(0))
    return Division(tuple(paid), net)


def pro_rata(net: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
    """What each of several equal claims is paid: all of it, or its part of what there is."""
    return list(amounts) if sum(amounts, Decimal(0)) <= net else share_out(net, amounts)


labels(
    {
        LineKind.OTHERS_THINGS: _("Owner of things sold with the land"),
        LineKind.CO_OWNER: _("Co-owner's share"),
        LineKind.COSTS: _("Costs of enforcement"),
        LineKind.RENT: _("One year's rent"),
        LineKind.TAXES: _("Taxes and fees of the transfer"),
        LineKind.OWNER: _("Owner of what was to be given back"),
        LineKind.MORTGAGEE: _("Mortgagee who is no creditor of the case"),
        LineKind.JUDGMENT_FEE: _("Court fee of that judgment"),
        LineKind.COLLATERAL: _("Secured claim"),
        LineKind.RANK: _("By rank"),
        LineKind.LATER: _("Asked after the coercion decision"),
        LineKind.DEBTOR: _("Remainder to the debtor"),
        HeldBack.ENFORCEMENT_FEE: _("Enforcement fee held back for the State"),
        PayoutState.PROPOSED: _("Proposed"),
        PayoutState.APPROVED: _("Approved"),
        PayoutState.PAID: _("Paid out"),
        PayoutState.WITHDRAWN: _("No longer valid"),
        VoucherWay.TRANSFER: _("Bank transfer"),
        VoucherWay.CASH: _("Cash"),
        VoucherWay.TERM_DEPOSIT: _("Term deposit of one month"),
        VoucherWay.SET_OFF: _("Set off"),
        VoucherWay.SAVINGS: _("Savings deposit"),
        VoucherWay.OFFICE_ACCOUNT: _("Kept on the office's account"),
        Act.PROPOSED: _("Payout proposed"),
        Act.APPROVED: _("Payout approved"),
        Act.WITHDRAWN: _("Payout withdrawn"),
        Act.PAID: _("Line paid"),
        Act.REVERSED: _("Voucher reversed"),
        Act.EXTENDED: _("Time to pay out extended"),
    }
)

"""How money is divided: rank by rank, pro rata inside a rank, to the whole đồng; pure.

L08 Art. 47(1)(2) knew three ranks, L25 Art. 54(1)(2) knows five; which ones a day has are dated
rows of ``payment_ranks``. What rounding leaves over goes by largest remainder (``payout_rounding``,
to be confirmed), equal remainders by the order of the claims.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from auction.legal_rules.rules import Rule, rules_of
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount, round_to, share_out


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

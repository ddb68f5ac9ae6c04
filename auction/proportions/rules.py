"""What is owed against what is seized for it: bases of a value, refusals, codes of acts; pure."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from auction.life.rules import GONE, State
from inventory.base.errors import Barred, Unlawful
from inventory.base.messages import _, labels
from inventory.base.money import round_to

PROPORTION = "seizure_in_proportion"
CHOICE = "debtors_choice"

SOLD = frozenset({State.SOLD_UNPAID, State.SOLD_PAID, State.DELIVERED})
"""Sold, and the money not divided yet: it counts by its price."""

BOUGHT = SOLD | {State.PAID_OUT}
"""It is a buyer's."""

OUT = GONE - SOLD
"""Nothing is to be had from it any more."""


class Basis(StrEnum):
    """What the value of an asset stands on."""

    SALE = "sale"
    OFFER = "offer"
    VALUATION = "valuation"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


class Act(StrEnum):
    """Codes of the acts on proportion, as the audit ledger keeps them."""

    CHOICE_WEIGHED = "proportions.choice.weighed"
    PART_RELEASED = "proportions.part.released"


class NotEnough(Unlawful):
    """What the debtor chose does not cover debts and costs."""

    code = "choice_not_enough"


class DebtUnknown(Unlawful):
    """Nothing says what is owed, so nothing says what is enough."""

    code = "debt_unknown"


class NeededStill(Unlawful):
    """What would stay seized does not cover debts and costs."""

    code = "asset_needed_still"


class RoundWaits(Barred):
    """The asset is on offer in a round that waits for its outcome."""

    code = "round_waits"


def left_for_case(gross: Decimal, share: Fraction, secured: Decimal, others: Decimal) -> Decimal:
    """What of an asset's value the case can count on, never less than nothing.

    The debtor's share, less what it secures for others and what other cases are owed.
    """
    own = round_to(gross * share.numerator / share.denominator)
    return max(own - secured - others, Decimal(0))


def unneeded(worths: Mapping[int, Decimal], need: Decimal) -> set[int]:
    """The assets of which each alone may be released and the rest still covers what is needed."""
    together = sum(worths.values(), Decimal(0))
    return {asset for asset, worth in worths.items() if together - worth >= need}


labels(
    {
        Basis.SALE: _("price of the sale"),
        Basis.OFFER: _("last price offered"),
        Basis.VALUATION: _("valued"),
        Basis.ESTIMATE: _("estimated at the seizure"),
        Basis.UNKNOWN: _("not known yet, counted as nothing"),
    }
)
labels(
    {
        Act.CHOICE_WEIGHED: _("Debtor's choice found enough"),
        Act.PART_RELEASED: _("Part no longer needed released"),
    }
)

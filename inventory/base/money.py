"""Amounts: exact decimals, rounded in one place, never a float."""

import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from inventory.base.errors import Invalid
from inventory.base.messages import _

DONG = Decimal(1)
_GROUPED = re.compile(r"\d{1,3}(?:([ .,\u00a0\u202f])\d{3})(?:\1\d{3})*")


def round_to(amount: Decimal, unit: Decimal = DONG, *, up: bool = False) -> Decimal:
    """The amount as a whole multiple of a currency's smallest unit, half up (or always up)."""
    steps = (amount / unit).to_integral_value(ROUND_CEILING if up else ROUND_HALF_UP)
    return steps * unit


def check_amount(amount: Decimal, unit: Decimal = DONG, *, field: str) -> Decimal:
    """Refuse an amount that is negative or finer than the currency's smallest unit.

    Raises Invalid.
    """
    if not amount.is_finite() or amount < 0:
        raise Invalid(_("The amount must not be negative."), field=field)
    if amount >= Decimal(10) ** 18:
        raise Invalid(_("The amount is too large."), field=field)
    if amount % unit:
        raise Invalid(_("The amount must be a whole number of đồng."), field=field)
    return amount


def typed_amount(text: str) -> str:
    """An amount as people type it, without the marks between groups of three digits."""
    typed = text.strip()
    return re.sub(r"\D", "", typed) if _GROUPED.fullmatch(typed) else typed


def share_out(total: Decimal, weights: Sequence[Decimal], unit: Decimal = DONG) -> list[Decimal]:
    """Split a total in proportion to weights so that the parts sum to it (largest remainder).

    Counted in whole numbers, so that no amount is too large to be exact; equal remainders are
    served in the order of the weights.
    """
    scale = min((Decimal(weight).as_tuple().exponent for weight in weights), default=0)
    shares = [int(weight.scaleb(-min(int(scale), 0))) for weight in weights]
    whole = sum(shares)
    if not whole:
        return [Decimal(0) for _weight in weights]
    steps = int(total / unit)
    parts, rests = zip(*(divmod(steps * share, whole) for share in shares), strict=True)
    order = sorted(range(len(parts)), key=lambda i: (-rests[i], i))
    last = set(order[: steps - sum(parts)])
    return [(part + (i in last)) * unit for i, part in enumerate(parts)]

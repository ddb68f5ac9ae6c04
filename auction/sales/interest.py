"""Whose the interest on a deposited price is, by the day of delivery; pure."""

from datetime import date
from decimal import Decimal

from inventory.base.money import share_out


def split_interest(
    amount: Decimal, from_on: date, to_on: date, delivery_due_on: date | None
) -> tuple[Decimal, Decimal]:
    """Interest of a span of days: up to the day of delivery to the debt, after it to the buyer.

    D62 Art. 27(4); D152/26 Art. 30(7). The parts are whole đồng and sum to the amount.
    """
    days = max((to_on - from_on).days, 1)
    late = 0 if delivery_due_on is None else min(max((to_on - delivery_due_on).days, 0), days)
    debt, buyer = share_out(amount, [Decimal(days - late), Decimal(late)])
    return debt, buyer

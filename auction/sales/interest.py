"""Whose the interest on a deposited price is, by the days of the delivery; pure."""

from datetime import date, timedelta
from decimal import Decimal

from inventory.base.money import share_out


def split_interest(
    amount: Decimal,
    from_on: date,
    to_on: date,
    delivery_due_on: date | None,
    delivered_on: date | None = None,
) -> tuple[Decimal, Decimal]:
    """Interest of a span of days: the debt's, and the buyer's for days he waited too long.

    Up to the last day to deliver it is the debt's, after it the buyer's until he has the asset (D62
    Art. 27(4); D152/26 Art. 30(7)). The parts are whole đồng and sum to the amount.
    """
    start = from_on if to_on > from_on else to_on - timedelta(days=1)
    days, late = (to_on - start).days, 0
    if delivery_due_on is not None:
        waited_to = min(to_on, delivered_on or to_on)
        late = max((waited_to - max(delivery_due_on, start)).days, 0)
    debt, buyer = share_out(amount, [Decimal(days - late), Decimal(late)])
    return debt, buyer

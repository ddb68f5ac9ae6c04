"""Legal days that people type."""

from datetime import date, datetime

from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _


def not_ahead(day: date, at: datetime, *, field: str) -> None:
    """Refuse a day that has not come yet.

    Raises Invalid.
    """
    if day > local_day(at):
        raise Invalid(_("The day lies in the future."), field=field)

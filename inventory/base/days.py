"""Legal days that people type."""

from datetime import date, datetime

from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _

FIRST_DAY = date(1945, 9, 2)
"""No office, judgment or paper of this State is older; an earlier day is a slip of the pen."""


def not_absurd(day: date, *, field: str) -> None:
    """Refuse a day before any office was.

    Raises Invalid.
    """
    if day < FIRST_DAY:
        raise Invalid(
            _("The day lies before %(first)s: look at the year."), field=field, first=FIRST_DAY
        )


def not_ahead(day: date, at: datetime, *, field: str) -> None:
    """Refuse a day that has not come yet, or one before any office was.

    Raises Invalid.
    """
    not_absurd(day, field=field)
    if day > local_day(at):
        raise Invalid(_("The day lies in the future."), field=field)

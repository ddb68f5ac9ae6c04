"""How a time limit is counted.

The day of the event is not counted; where the last day is a day off, the limit ends with the next
working day; a month ends on the same day number or on its last day (Civil Code 2015 Art. 147, 148).
A limit that runs backward ("at least 3 working days before") gives the latest day still lawful.
"""

import calendar as months
from datetime import date, timedelta

import msgspec

from auction.legal_rules.rules import DayOff, Direction, Rule, Unit, WorkingCalendar
from inventory.base.errors import Conflict, Invalid
from inventory.base.messages import _

DURATIONS = frozenset({Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR})


class NotATimeLimit(Invalid):
    """The rule exists and is not a number of days, months or years."""

    code = "not_a_time_limit"


class AlreadyMet(Conflict):
    """The deadline was met before."""

    code = "deadline_already_met"


class DueDate(msgspec.Struct, frozen=True):
    """The day a limit ends, and the days off that moved it."""

    due_on: date
    skipped: tuple[DayOff, ...]


def is_time_limit(rule: Rule) -> bool:
    """Whether a rule is a number of days, months or years that can be counted."""
    return rule.unit in DURATIONS and not isinstance(rule.value, tuple)


def due_date(start_on: date, rule: Rule, calendar: WorkingCalendar) -> DueDate:
    """The due date of a limit that starts with an event on a day.

    Raises NotATimeLimit; CalendarUnknown where the calendar does not reach.
    """
    if not is_time_limit(rule):
        raise NotATimeLimit(
            _("The rule %(key)s is not a number of days, months or years."), key=rule.key
        )
    calendar.why_off(start_on)
    count = int(rule.number)
    step = timedelta(days=-1 if rule.direction is Direction.BEFORE else 1)
    if rule.unit is Unit.WORKING_DAY:
        return _count_working_days(start_on, count, step, calendar)
    if rule.unit is Unit.DAY:
        last = start_on + step * count
    else:
        count *= 12 if rule.unit is Unit.YEAR else 1
        last = _add_months(start_on, count * step.days)
    return _to_working_day(last, step, calendar)


def last_working_day(start_on: date, days: int, calendar: WorkingCalendar) -> date:
    """The last of so many working days after a day.

    Raises CalendarUnknown where the calendar does not reach.
    """
    return _count_working_days(start_on, days, timedelta(days=1), calendar).due_on


def _count_working_days(
    day: date, count: int, step: timedelta, calendar: WorkingCalendar
) -> DueDate:
    skipped: list[DayOff] = []
    while count:
        day += step
        off = calendar.why_off(day)
        if off is None:
            count -= 1
        else:
            skipped.append(off)
    return DueDate(day, tuple(skipped))


def _to_working_day(day: date, step: timedelta, calendar: WorkingCalendar) -> DueDate:
    skipped: list[DayOff] = []
    while off := calendar.why_off(day):
        skipped.append(off)
        day += step
    return DueDate(day, tuple(skipped))


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))

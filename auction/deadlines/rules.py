"""How a time limit is counted, and how it stands on a day.

The day of the event is not counted; where the last day is a day off, the limit ends with the next
working day; a month ends on the same day number or on its last day (Civil Code 2015 Art. 147, 148).
A limit that runs backward ("at least 3 working days before") gives the latest day still lawful.
Days on which a limit stands still do not count, from the first to the last of them; what was left
of it goes on the day after.
"""

import calendar as months
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import DayOff, Direction, Rule, Unit, WorkingCalendar
from inventory.base.errors import Duplicate, Invalid, OutOfPlace, Overtaken, Unlawful
from inventory.base.messages import _, labels

DURATIONS = frozenset({Unit.HOUR, Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR})


WARN_RULE = "deadline_warn_days"
WARN_SCOPES = {
    Unit.WORKING_DAY: "limit_in_working_days",
    Unit.DAY: "limit_in_days",
    Unit.MONTH: "limit_in_months",
    Unit.YEAR: "limit_in_years",
}
"""Which row of the rule says how long before its end a limit warns."""

HOURS = 24
"""Of a day. A limit of hours ends on the day of its last hour, a day off or not; the act keeps the
hour itself."""

ENDLESS = date.max
EXCUSING = "force_majeure"
"""The kind of hold under which limits go on and their being late is excused."""


class DeadlineState(StrEnum):
    """How a limit stands on a day."""

    RUNNING = "running"
    WARN = "warn"
    DUE = "due"
    BREACHED = "breached"
    EXCUSED = "excused"
    PAUSED = "paused"
    MET_IN_TIME = "met_in_time"
    MET_LATE = "met_late"
    VOID = "void"


class MoveReason(StrEnum):
    """Why a due date moved."""

    PAUSE = "pause"
    RESUME = "resume"
    CALENDAR = "calendar"
    RULE = "rule"
    EXTENSION = "extension"


class Still(msgspec.Struct, frozen=True):
    """A span of days on which a limit stands still; without an end it still does."""

    from_on: date
    to_on: date | None
    hold_id: int
    kind: str

    def holds(self, day: date) -> bool:
        """Whether a closed span covers a day."""
        return self.to_on is not None and self.from_on <= day <= self.to_on


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the state of a limit follows from."""

    due_on: date
    warn_on: date
    met_on: date | None = None
    paused_on: date | None = None
    voided_on: date | None = None
    excused_from: date | None = None
    excused_until: date | None = None

    def state_on(self, today: date) -> DeadlineState:
        """How the limit stands on a day."""
        if self.voided_on is not None:
            return DeadlineState.VOID
        if self.met_on is not None:
            return self._met(self.met_on)
        if self.paused_on is not None:
            return DeadlineState.PAUSED
        if today > self.due_on:
            return DeadlineState.EXCUSED if self._excused(today) else DeadlineState.BREACHED
        if today == self.due_on:
            return DeadlineState.DUE
        return DeadlineState.WARN if today >= self.warn_on else DeadlineState.RUNNING

    def _met(self, met_on: date) -> DeadlineState:
        still = self.paused_on is not None and met_on >= self.paused_on
        if still or met_on <= self.due_on:
            return DeadlineState.MET_IN_TIME
        return DeadlineState.EXCUSED if self._excused(met_on) else DeadlineState.MET_LATE

    def _excused(self, day: date) -> bool:
        return self.excused_from is not None and day <= (self.excused_until or ENDLESS)


class Granted(msgspec.Struct, frozen=True):
    """More time that was given: until when, why, on which paper, by which article."""

    until: date
    ground: str
    document: str
    article: str


class NotATimeLimit(Invalid):
    """The rule exists and is not a number of days, months or years."""

    code = "not_a_time_limit"


class AlreadyMet(Duplicate):
    """The deadline was met before."""

    code = "deadline_already_met"


class NotOpen(OutOfPlace):
    """The deadline was met or fell away; nothing moves it any more."""

    code = "deadline_not_open"


class TooLong(Unlawful):
    """No rule of law lets the limit last that long."""

    code = "extension_too_long"


class RecountRuns(Overtaken):
    """The dates are being moved already."""

    code = "recount_runs"


class NothingToMove(OutOfPlace):
    """Every open date is counted by the rules and days off in use."""

    code = "nothing_to_move"


class DueDate(msgspec.Struct, frozen=True):
    """The day a limit ends, and the days off that moved it."""

    due_on: date
    skipped: tuple[DayOff, ...]


def is_time_limit(rule: Rule) -> bool:
    """Whether a rule is a number of days, months or years that can be counted."""
    return rule.unit in DURATIONS and not isinstance(rule.value, tuple)


def key_and_scope(named: str, scope: str | None) -> tuple[str, str | None]:
    """Which row a limit is named for: ``key/scope`` for that scope, else for that of the act."""
    key, mark, own = named.partition("/")
    return key, own if mark else scope


def not_a_limit(rule: Rule) -> NotATimeLimit:
    """The refusal for a rule that is no number of days."""
    text = _("The rule %(key)s is not a number of days, months or years.")
    return NotATimeLimit(text, key=rule.key)


def due_date(
    start_on: date, rule: Rule, calendar: WorkingCalendar, still: Sequence[Still] = ()
) -> DueDate:
    """The due date of a limit that starts with an event on a day; days it stood still do not count.

    Raises NotATimeLimit; CalendarUnknown where the calendar does not reach.
    """
    if not is_time_limit(rule):
        raise not_a_limit(rule)
    calendar.why_off(start_on)
    count = int(rule.number)
    step = timedelta(days=-1 if rule.direction is Direction.BEFORE else 1)
    spans = () if rule.direction is Direction.BEFORE else tuple(still)
    if rule.unit is Unit.HOUR:
        return DueDate(start_on + step * -(-count // HOURS), ())
    if rule.unit is Unit.WORKING_DAY:
        return _count_working_days(start_on, count, step, calendar, spans)
    if rule.unit is Unit.DAY:
        last = start_on + step * count
    else:
        count *= 12 if rule.unit is Unit.YEAR else 1
        last = _add_months(start_on, count * step.days)
    if spans:
        last = _past_still(start_on, last, spans)
    return _to_working_day(last, step, calendar, spans)


def warn_date(
    start_on: date, due_on: date, rule: Rule, warn: Rule | None, calendar: WorkingCalendar
) -> date:
    """The first day on which a limit warns: so many working days before its end, never before its
    event."""
    if warn is None or rule.direction is Direction.BEFORE:
        return due_on
    early = timedelta(days=-1)
    return max(start_on, _count_working_days(due_on, int(warn.number), early, calendar).due_on)


def warning_rule(known: Iterable[Rule], rule: Rule, on: date) -> Rule | None:
    """The row among some that says how long before its end a limit of that kind warns."""
    scope = WARN_SCOPES.get(rule.unit)
    found = (row for row in known if row.key == WARN_RULE and row.scope == scope and row.serves(on))
    return next(found, None)


def last_working_day(start_on: date, days: int, calendar: WorkingCalendar) -> date:
    """The last of so many working days after a day.

    Raises CalendarUnknown where the calendar does not reach.
    """
    return _count_working_days(start_on, days, timedelta(days=1), calendar).due_on


def paused_since(still: Sequence[Still]) -> date | None:
    """Since when a limit stands still, None where it runs."""
    return min((span.from_on for span in still if span.to_on is None), default=None)


def _count_working_days(
    day: date,
    count: int,
    step: timedelta,
    calendar: WorkingCalendar,
    still: Sequence[Still] = (),
) -> DueDate:
    skipped: list[DayOff] = []
    while count:
        day += step
        if still and _stands(day, still):
            continue
        off = calendar.why_off(day)
        if off is None:
            count -= 1
        else:
            skipped.append(off)
    return DueDate(day, tuple(skipped))


def _to_working_day(
    day: date, step: timedelta, calendar: WorkingCalendar, still: Sequence[Still] = ()
) -> DueDate:
    skipped: list[DayOff] = []
    while True:
        off = calendar.why_off(day)
        if off is not None:
            skipped.append(off)
        elif not _stands(day, still):
            return DueDate(day, tuple(skipped))
        day += step


def _past_still(start_on: date, last: date, still: Sequence[Still]) -> date:
    """The last day where every day of a standstill up to it is made up for by one more."""
    day, left = start_on, (last - start_on).days
    while left:
        day += timedelta(days=1)
        left -= not _stands(day, still)
    return day


def _stands(day: date, still: Sequence[Still]) -> bool:
    return any(span.holds(day) for span in still)


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


labels(
    {
        DeadlineState.RUNNING: _("running"),
        DeadlineState.WARN: _("soon"),
        DeadlineState.DUE: _("today"),
        DeadlineState.BREACHED: _("overdue"),
        DeadlineState.EXCUSED: _("excused"),
        DeadlineState.PAUSED: _("stands still"),
        DeadlineState.MET_IN_TIME: _("done in time"),
        DeadlineState.MET_LATE: _("done late"),
        DeadlineState.VOID: _("fell away"),
        MoveReason.PAUSE: _("a hold began"),
        MoveReason.RESUME: _("the hold ended"),
        MoveReason.CALENDAR: _("the list of days off changed"),
        MoveReason.RULE: _("the rule changed"),
        MoveReason.EXTENSION: _("extended"),
    }
)

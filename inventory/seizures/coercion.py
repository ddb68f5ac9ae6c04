"""When the law lets nobody be coerced: by night, on days off, around the Lunar New Year."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.clock import TZ
from inventory.base.messages import _
from inventory.seizures.rules import HourForbidden, may_coerce

HOURS = "no_coercion_hours"
"""The dated rule on the hours in which nothing is coerced."""

TET = "no_force_around_tet"
"""The dated rule on the days around the Lunar New Year; its scope is the days before."""


def refuse_hour(session: Session, held_at: datetime, *, field: str) -> None:
    """Nothing is coerced by night (L25 Art. 72(5); L08 Art. 46(2)).

    Raises HourForbidden.
    """
    local = held_at.astimezone(TZ)
    hours = law.ruling(session, HOURS, local.date())
    night = tuple(map(str, hours.value)) if isinstance(hours.value, tuple) else ()
    if night and not may_coerce(local.time(), night):
        raise HourForbidden(
            _(
                "Nothing is coerced between %(night_from)s and %(night_to)s (rule %(rule)s); choose"
                " another hour."
            ),
            field=field,
            article=hours.article,
            rule=HOURS,
            night_from=night[0],
            night_to=night[1],
        )


def refuse_day(session: Session, on: date, *, force: bool, field: str) -> None:
    """Nothing is coerced on a day off, and not by force around the Lunar New Year.

    L25 Art. 72(5), D152/26 Art. 42(2); L08 Art. 46(2), D62 Art. 13(2). Raises HourForbidden.
    """
    if law.working_day_after(session, on - timedelta(days=1), 1) != on:
        raise HourForbidden(
            _(
                "%(day)s is a day off; nothing is coerced on it (rule %(rule)s). Choose a working"
                " day."
            ),
            field=field,
            article=law.ruling(session, HOURS, on).article,
            rule=HOURS,
            day=on,
        )
    if force:
        _refuse_around_tet(session, on, field=field)


def _refuse_around_tet(session: Session, on: date, *, field: str) -> None:
    holiday = law.lunar_new_year(session, on)
    if holiday is None:
        return
    first, last = holiday
    before = [one for one in law.rulings(session, TET, on) if one.scope is not None]
    after = [one for one in law.rulings(session, TET, on) if one.scope is None]
    for rule, since, until in (
        *((one, first - _days(one), first) for one in before),
        *((one, last, last + _days(one)) for one in after),
    ):
        if since <= on <= until:
            raise HourForbidden(
                _(
                    "%(day)s lies within %(days)s days of the Lunar New Year (%(first)s –"
                    " %(last)s): nothing is coerced by force then (rule %(rule)s). Lawful: before"
                    " %(since)s or after %(until)s, or without force."
                ),
                field=field,
                article=rule.article,
                rule=TET,
                day=on,
                days=_days(rule).days,
                first=first,
                last=last,
                since=min(first - _days(one) for one in before) if before else first,
                until=max(last + _days(one) for one in after) if after else last,
            )


def _days(rule: law.Ruling) -> timedelta:
    return timedelta(days=int(str(rule.value)))

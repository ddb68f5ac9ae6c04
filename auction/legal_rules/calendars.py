"""A newer list of days off: proposed, entered as a version of its own, never written over.

Limits that begin from then on are counted by the newest version; open dates stay where they are
until somebody orders them moved.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.legal_rules.commands import calendar_days, lock_rules
from auction.legal_rules.models import CalendarDay, CalendarVersion, RuleSet
from auction.legal_rules.queries import calendar
from auction.legal_rules.rules import DayKind, DayOff, WorkingCalendar
from inventory.audit import ledger
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _

Faults = dict[str, tuple[str, dict[str, Param]]]


class DaysOff(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to the list in use: days off with their names, days off exchanged for a Saturday that
    is worked, and days off taken back."""

    source: str
    off: Mapping[date, str]
    exchanged: Mapping[date, date]
    back: tuple[date, ...]


def proposed(session: Session, change: DaysOff) -> WorkingCalendar:
    """The list in use with the changes; nothing is written.

    Raises Invalid.
    """
    days = calendar(session)
    _check(days, change)
    off = {day: entry for day, entry in days.off.items() if day not in change.back}
    worked = {one: day for one, day in days.worked.items() if day not in change.back}
    for day, name in change.off.items():
        off[day] = DayOff(day, DayKind.HOLIDAY, name, name)
    for day, saturday in change.exchanged.items():
        vi, en = f"Nghỉ hoán đổi (làm bù {saturday:%d/%m/%Y})", f"Day off for {saturday}"
        off[day] = DayOff(day, DayKind.SUBSTITUTE_DAY_OFF, vi, en)
        worked[saturday] = day
        off.pop(saturday, None)
    years = [days.announced_through, *(day.year for day in (*change.off, *change.exchanged))]
    return msgspec.structs.replace(
        days,
        id=None,
        source=change.source,
        announced_through=max(years),
        off=dict(sorted(off.items())),
        worked=worked,
    )


def enter_calendar(
    session: Session, actor: Actor, change: DaysOff, *, at: datetime
) -> CalendarVersion:
    """Enter a newer list of days off; open dates wait until they are moved by an act.

    Raises Invalid.
    """
    actor.require("deadlines.recount")
    lock_rules(session)
    days = proposed(session, change)
    content = msgspec.json.encode([days.source, list(days.off.values()), sorted(days.worked)])
    digest = hashlib.sha256(content).hexdigest()
    known = select(CalendarVersion.id).where(CalendarVersion.digest == digest)
    if session.scalar(known) is not None:
        raise Invalid(_("This list is entered already."), field="source")
    newest = select(RuleSet.id).order_by(RuleSet.id.desc()).limit(1)
    version = CalendarVersion(
        country=days.country,
        source=days.source,
        digest=digest,
        first_year=days.first_year,
        last_year=days.last_year,
        announced_through=days.announced_through,
        weekend={str(day): list(names) for day, names in days.weekend.items()},
        added_set_id=session.scalars(newest).one(),
    )
    session.add(version)
    session.flush()
    session.execute(insert(CalendarDay), calendar_days(version.id, days))
    subject = ledger.Subject("calendar_version", version.id, digest[:12])
    ledger.record(
        session, actor, "legal_rules.calendar.entered", subject, msgspec.to_builtins(change), at=at
    )
    return version


def _check(days: WorkingCalendar, change: DaysOff) -> None:
    faults: Faults = {}
    named = [*change.off, *change.exchanged, *change.exchanged.values(), *change.back]
    if not named:
        faults["off"] = (_("Name at least one day."), {})
    if any(not days.first_year <= day.year <= days.last_year for day in named):
        said: dict[str, Param] = {"first": days.first_year, "last": days.last_year}
        faults["off"] = (_("The working calendar holds %(first)s to %(last)s."), said)
    elif any(days.why_off(day) is None for day in change.exchanged.values()):
        faults["exchanged"] = (_("The day worked in exchange is no day off."), {})
    elif any(day not in days.off for day in change.back):
        faults["back"] = (_("The list knows no such day off."), {})
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)

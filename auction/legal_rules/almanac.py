"""Makes the shipped calendar from the ``holidays`` package; never imported while serving.

The package knows the announced exchanges of working days. Years after the last announced one are
a forecast from the rules of the Labour Code and are marked as such.
"""

import re
from datetime import date, datetime
from importlib.metadata import version

import holidays

from auction.legal_rules.rules import DayKind, DayOff, WorkingCalendar

COUNTRY = "VN"
EXCHANGED = re.compile(r"^Ngày nghỉ \(thay cho ngày (\d\d/\d\d/\d{4})\)$")
OBSERVED = "(nghỉ bù)"
WEEKEND = {6: ("Thứ Bảy", "Saturday"), 7: ("Chủ nhật", "Sunday")}

HEAD = """\
# Days off of Vietnam and the Saturdays worked in exchange.
# Made by `kebien law calendar --write`; do not edit by hand.
# Years after announced_through are a forecast: their exchanges are not announced yet.
country = "{country}"
source = "{source}"
first_year = {first_year}
last_year = {last_year}
announced_through = {announced_through}
"""


def calendar_of_package(first_year: int, last_year: int, announced_through: int) -> WorkingCalendar:
    """The working calendar of some years as the installed package tells it."""
    years = range(first_year, last_year + 1)
    vi = holidays.country_holidays(COUNTRY, years=years, language="vi")
    en = holidays.country_holidays(COUNTRY, years=years, language="en_US")
    off = {day: DayOff(day, _kind(vi[day]), vi[day], en[day]) for day in sorted(vi)}
    worked: dict[date, date] = {}
    for day, entry in off.items():
        if match := EXCHANGED.match(entry.name_vi):
            worked[_day(match[1])] = day
    return WorkingCalendar(
        country=COUNTRY,
        source=f"holidays {version('holidays')}",
        first_year=first_year,
        last_year=last_year,
        announced_through=announced_through,
        weekend=WEEKEND,
        off=off,
        worked=worked,
    )


def calendar_text(calendar: WorkingCalendar) -> str:
    """The calendar as the TOML text that is shipped."""
    names = {
        "exchanged": (
            "Ngày nghỉ (thay cho ngày %(day)s)",
            "Day off (substituted from %(day)s)",
        )
    }
    off: list[str] = []
    for day, entry in sorted(calendar.off.items()):
        if entry.kind is not DayKind.SUBSTITUTE_DAY_OFF:
            code = re.sub(r"\W+", "_", entry.name_en.lower().replace("'", "")).strip("_")
            names[code] = (entry.name_vi, entry.name_en)
            off.append(f'{day} = "{entry.kind}:{code}"')
    exchanged = [f"{day} = {saturday}" for saturday, day in sorted(calendar.worked.items())]
    parts = [
        HEAD.format(
            country=calendar.country,
            source=calendar.source,
            first_year=calendar.first_year,
            last_year=calendar.last_year,
            announced_through=calendar.announced_through,
        ),
        _table("weekend", [_named(str(day), *text) for day, text in calendar.weekend.items()]),
        _table("names", [_named(code, *text) for code, text in sorted(names.items())]),
        "# Day off = the Saturday worked for it.\n" + _table("exchanged", exchanged),
        _table("off", off),
    ]
    return "\n".join(parts)


def _table(name: str, lines: list[str]) -> str:
    return "\n".join([f"[{name}]", *lines, ""])


def _named(code: str, vi: str, en: str) -> str:
    return f'{code} = {{ vi = "{vi}", en = "{en}" }}'


def _kind(name_vi: str) -> DayKind:
    if EXCHANGED.match(name_vi):
        return DayKind.SUBSTITUTE_DAY_OFF
    return DayKind.OBSERVED if OBSERVED in name_vi else DayKind.HOLIDAY


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone

"""The shipped calendar says what the pinned package and the reference list say."""

import csv
from datetime import date, timedelta

import holidays
import pytest

from auction.legal_rules.almanac import calendar_of_package, calendar_text
from auction.legal_rules.rules import CalendarUnknown, DayKind
from auction.legal_rules.shipped import CALENDAR, read_calendar, shipped_calendar
from tests.auction.shared_files import reference

SHIPPED = shipped_calendar()

WORKED = ["2024-05-04", "2025-04-26", "2026-08-22"]
OFF = ["2026-02-16", "2026-04-27", "2026-08-31", "2026-11-24", "2027-05-03", "2026-08-23"]


@pytest.mark.parametrize("day", WORKED)
def test_an_exchanged_saturday_is_worked(day):
    saturday = date.fromisoformat(day)
    assert saturday.isoweekday() == 6
    assert SHIPPED.why_off(saturday) is None
    assert SHIPPED.why_off(saturday + timedelta(days=1)) is not None


@pytest.mark.parametrize("day", OFF)
def test_a_day_off_says_why(day):
    off = SHIPPED.why_off(date.fromisoformat(day))
    assert off is not None
    assert off.name_vi
    assert off.name_en


def test_an_ordinary_saturday_is_a_weekend_in_both_languages():
    off = SHIPPED.why_off(date(2026, 8, 15))
    assert off is not None
    assert (off.kind, off.name_vi, off.name_en) == (DayKind.WEEKEND, "Thứ Bảy", "Saturday")


def test_the_snapshot_is_what_the_package_says_today():
    made = calendar_of_package(SHIPPED.first_year, SHIPPED.last_year, SHIPPED.announced_through)
    assert calendar_text(made) == CALENDAR.read_text("utf-8")
    assert read_calendar(calendar_text(made)) == made


def test_every_day_is_a_working_day_here_exactly_when_it_is_one_in_the_package():
    years = range(SHIPPED.first_year, SHIPPED.last_year + 1)
    package = holidays.country_holidays("VN", years=years)
    day = date(SHIPPED.first_year, 1, 1)
    while day.year <= SHIPPED.last_year:
        assert (SHIPPED.why_off(day) is None) == package.is_working_day(day), day
        day += timedelta(days=1)


@pytest.mark.shared
def test_the_snapshot_is_what_the_reference_list_says():
    path = reference("vn_public_holidays_2024_2027.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {
            date.fromisoformat(row["date"]): (row["kind"], row["name_vi"], row["name_en"])
            for row in csv.DictReader(file)
        }
    ours = {
        day: (off.kind.value, off.name_vi, off.name_en)
        for day, off in SHIPPED.off.items()
        if 2024 <= day.year <= 2027
    }
    assert ours == rows


def test_years_after_the_last_announcement_are_marked_as_a_forecast():
    assert not SHIPPED.is_forecast(date(SHIPPED.announced_through, 12, 31))
    assert SHIPPED.is_forecast(date(SHIPPED.announced_through + 1, 1, 1))


def test_a_year_the_calendar_does_not_hold_is_refused_and_not_taken_for_work():
    with pytest.raises(CalendarUnknown, match=str(SHIPPED.last_year)):
        SHIPPED.why_off(date(SHIPPED.last_year + 1, 5, 4))

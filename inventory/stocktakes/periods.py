"""What is counted when: the counts of a year by the dated rules, and which count serves a plan."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from inventory.stocktakes.rules import MONTHS, Period, RiskClass


class CountDue(msgspec.Struct, frozen=True):
    """A count that the law asks for: when, of which period, by which article."""

    due_on: date
    period: Period
    article: str


def counts_due(rulings: Mapping[str, Iterable[str]], year: int) -> list[CountDue]:
    """The counts of a year by articles and their periods: the longest period names a day."""
    found: dict[date, CountDue] = {}
    for article, periods in rulings.items():
        for period in sorted((p for p in MONTHS if p in set(periods)), key=MONTHS.__getitem__):
            for day in period_ends(year, MONTHS[period]):
                held = found.get(day)
                if held is None or MONTHS[held.period] < MONTHS[period]:
                    found[day] = CountDue(day, period, article)
    return [found[day] for day in sorted(found)]


def class_counts_due(
    rulings: Mapping[str, Mapping[str, Iterable[str]]], year: int, covered: Iterable[date]
) -> list[tuple[RiskClass, CountDue]]:
    """The counts of single classes in a year; on days when everything is counted none is needed."""
    days = set(covered)
    return [
        (RiskClass(code), due)
        for code, articles in sorted(rulings.items())
        for due in counts_due(articles, year)
        if due.due_on not in days
    ]


def period_ends(year: int, months: int) -> list[date]:
    """The last days of a year's periods."""
    nexts = ((year + month // 12, month % 12 + 1) for month in range(months, 13, months))
    return [date(y, m, 1) - timedelta(days=1) for y, m in nexts]


def covers(held: Period, planned: Period) -> bool:
    """Whether a count of one period serves a plan of another: a longer one holds the shorter.

    A count by the office's own decision is served by any.
    """
    if planned not in MONTHS:
        return True
    return MONTHS.get(held, 0) >= MONTHS[planned]


def period_begins(period: Period, due_on: date) -> date | None:
    """The first day of the period that a planned count ends; None for one without a period."""
    if period not in MONTHS:
        return None
    month = due_on.year * 12 + due_on.month - MONTHS[period]
    return date(month // 12, month % 12 + 1, 1)

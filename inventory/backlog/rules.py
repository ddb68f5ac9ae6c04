"""Kinds of alarms of a warehouse, and the monthly comparison of the bound paper book (C01/17 8(3)).

Nothing is stored for an alarm: it is there while its facts are, and ends when they do.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from inventory.base.errors import Duplicate, Invalid, OutOfPlace
from inventory.base.messages import _, labels

BOOK = "13"
"""The number of the register whose bound book is compared, unless another is named."""

MOST_NUMBERS = 100_000
"""A bound book has fewer lines."""

SHOWN = 500
"""Missing numbers that are written down by name; the rest are counted."""


class Alarm(StrEnum):
    """What somebody has to look at."""

    CONFIRMED_MISSING = "confirmed_missing"
    MISSING_OUTSIDE = "missing_outside"
    KEPT_OTHERWISE = "kept_otherwise"
    OVERDUE_RETURN = "overdue_return"
    OVERDUE_ARRIVAL = "overdue_arrival"
    MISSED_STOCKTAKE = "missed_stocktake"
    MISSED_CHECK = "missed_check"
    PERISHABLE = "perishable"
    NO_JUDGMENT_LONG = "no_judgment_long"
    NO_JUDGMENT = "no_judgment"
    STORAGE_COST = "storage_cost"
    TO_LABEL = "to_label"
    ROOM_FULL = "room_full"
    BOOK_NUMBERS = "book_numbers"
    BOOK_NOT_COMPARED = "book_not_compared"
    SEAL_OPEN = "seal_open"
    DISPOSAL_OVERDUE = "disposal_overdue"
    CONTRACT_ENDING = "contract_ending"
    KEEPER_ENDING = "keeper_ending"


URGENT = frozenset(
    {
        Alarm.CONFIRMED_MISSING,
        Alarm.MISSING_OUTSIDE,
        Alarm.KEPT_OTHERWISE,
        Alarm.OVERDUE_RETURN,
        Alarm.OVERDUE_ARRIVAL,
        Alarm.MISSED_STOCKTAKE,
        Alarm.MISSED_CHECK,
        Alarm.PERISHABLE,
        Alarm.BOOK_NUMBERS,
        Alarm.SEAL_OPEN,
        Alarm.DISPOSAL_OVERDUE,
    }
)


class Lack(StrEnum):
    """What a thing of a special kind lacks where it is kept.

    Such a thing does not come in without it today; one that is there already may lack it.
    """

    NO_SEAL = "no_seal"
    NO_CONCLUSION = "no_conclusion"
    NO_DENOMINATIONS = "no_denominations"
    NOT_AT_TREASURY = "not_at_treasury"
    NO_RECEIPT = "no_receipt"
    NOT_WITH_BODY = "not_with_body"


class NumberBooked(Duplicate):
    """That number of the book stands for something already."""

    code = "book_number_taken"


class MonthNotOver(OutOfPlace):
    """A month is compared when it is over."""

    code = "month_not_over"


class ComparedAlready(Duplicate):
    """The book was compared for that month."""

    code = "book_compared_already"


class NothingSaid(Invalid):
    """A number stands for an asset, or was spoiled for a reason."""

    code = "book_number_for_nothing"


def missing_of(last: int, known: Iterable[int]) -> list[int]:
    """The numbers from one to the last written one that stand for nothing."""
    return sorted(set(range(1, last + 1)).difference(known))


def month_of(on: date) -> date:
    """The first day of a month."""
    return on.replace(day=1)


def month_before(on: date) -> date:
    """The first day of the month before."""
    return month_of(month_of(on) - timedelta(days=1))


labels(
    {
        Alarm.CONFIRMED_MISSING: _("Things confirmed missing"),
        Alarm.MISSING_OUTSIDE: _("Not found outside, to be decided"),
        Alarm.KEPT_OTHERWISE: _("Special kinds kept otherwise than the law says"),
        Alarm.OVERDUE_RETURN: _("Not brought back in time"),
        Alarm.OVERDUE_ARRIVAL: _("Sent and not arrived"),
        Alarm.MISSED_STOCKTAKE: _("Stocktakes missed"),
        Alarm.MISSED_CHECK: _("Outside custody not checked"),
        Alarm.PERISHABLE: _("Perishables that expire"),
        Alarm.NO_JUDGMENT_LONG: _("Evidence without judgment, very old"),
        Alarm.NO_JUDGMENT: _("Evidence without judgment, old"),
        Alarm.STORAGE_COST: _("Storage costs more than the value"),
        Alarm.TO_LABEL: _("Taken in without a label"),
        Alarm.ROOM_FULL: _("Places nearly full"),
        Alarm.BOOK_NUMBERS: _("Numbers missing in the paper book"),
        Alarm.BOOK_NOT_COMPARED: _("Paper book not compared"),
        Alarm.SEAL_OPEN: _("Seals opened and not sealed again"),
        Alarm.DISPOSAL_OVERDUE: _("Terms of disposal passed"),
        Alarm.CONTRACT_ENDING: _("Contracts of outside custody at their end"),
        Alarm.KEEPER_ENDING: _("Keepers' appointments at their end"),
        Lack.NO_SEAL: _("no seal"),
        Lack.NO_CONCLUSION: _("no expert conclusion"),
        Lack.NO_DENOMINATIONS: _("not counted by denominations"),
        Lack.NOT_AT_TREASURY: _("not at the State Treasury"),
        Lack.NO_RECEIPT: _("no receipt of the State Treasury"),
        Lack.NOT_WITH_BODY: _("not with the body that keeps this kind"),
    }
)

"""How cells are read: days, moments, amounts, numbers; what is refused is named."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from auction.imports.rules import TARGETS, CellFault, Type, converter

ZONE = ZoneInfo("Asia/Bangkok")
DONG = Decimal(1)
SATANG = Decimal("0.01")


@pytest.mark.parametrize(
    ("kind", "unit", "cell", "value"),
    [
        (Type.TEXT, DONG, "đồng hồ", "đồng hồ"),
        (Type.DAY, DONG, "2026-02-28", date(2026, 2, 28)),
        (Type.DAY, DONG, "1111-11-11", date(1111, 11, 11)),
        (Type.AMOUNT, DONG, "0", Decimal(0)),
        (Type.AMOUNT, DONG, "5789350885", Decimal(5789350885)),
        (Type.AMOUNT, DONG, "12.00", Decimal(12)),
        (Type.AMOUNT, SATANG, "3277.5", Decimal("3277.5")),
        (Type.COUNT, DONG, "29", 29),
        (Type.QUANTITY, DONG, "0.125", Decimal("0.125")),
        (
            Type.MOMENT,
            DONG,
            "2025-05-17T01:30:00.000Z",
            datetime(2025, 5, 17, 1, 30, tzinfo=UTC),
        ),
        (Type.MOMENT, DONG, "2025-05-17T08:30", datetime(2025, 5, 17, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_proper_cell_is_read(kind, unit, cell, value):
    assert converter(kind, ZONE, unit)(cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "says"),
    [
        (Type.DAY, "2026-02-30", "is not a day"),
        (Type.DAY, "20260228", "is not a day"),
        (Type.DAY, "28/02/2026", "is not a day"),
        (Type.DAY, "2026-W01-1", "is not a day"),
        (Type.MOMENT, "2025-05-17T25:00", "is not a date and time"),
        (Type.MOMENT, "yesterday", "is not a date and time"),
        (Type.AMOUNT, "-1", "is negative"),
        (Type.AMOUNT, "1.5", "is finer than"),
        (Type.AMOUNT, "1,500,000", "is not a number"),
        (Type.AMOUNT, "1e9", "is not a number"),
        (Type.AMOUNT, "NaN", "is not a number"),
        (Type.AMOUNT, "๑๒", "is not a number"),
        (Type.AMOUNT, "9" * 19, "is too large"),
        (Type.COUNT, "0", "is not a whole number"),
        (Type.COUNT, "-3", "is not a whole number"),
        (Type.COUNT, "1.0", "is not a whole number"),
        (Type.COUNT, "9" * 10, "is not a whole number"),
        (Type.QUANTITY, "0", "is not a quantity"),
        (Type.QUANTITY, "0.0001", "is not a quantity"),
        (Type.QUANTITY, "many", "is not a number"),
    ],
)
def test_a_cell_that_is_none_of_its_kind_is_refused_with_its_reason(kind, cell, says):
    with pytest.raises(CellFault) as fault:
        converter(kind, ZONE, DONG)(cell)
    assert says in fault.value.msgid % fault.value.params


def test_a_long_cell_is_cut_where_it_is_quoted():
    with pytest.raises(CellFault) as fault:
        converter(Type.DAY, ZONE)("x" * 5000)
    assert len(str(fault.value.params["value"])) < 100


def test_every_record_is_named_by_fields_it_has():
    for target in TARGETS.values():
        assert set(target.name) | set(target.needs) <= set(target.fields)

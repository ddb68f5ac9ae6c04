"""A page that shows every component of the design; only a demonstration serves it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from litestar import get
from litestar.response import Template

from inventory.base.messages import _

Facts = dict[str, Any]


class Sample(msgspec.Struct, frozen=True):
    """A made-up line of a list."""

    ref: str
    name: str
    place: str
    price: Decimal
    rounds: int
    tone: str
    state: str


class Event(msgspec.Struct, frozen=True):
    """A made-up entry of a history."""

    at: datetime
    title: str
    text: str


ROWS = [
    Sample(
        "TS-2026-000417",
        "Quyền sử dụng đất và nhà ở, 128,5 m², phường Hòa Khánh",
        "Tại chỗ",
        Decimal(4_860_000_000),
        5,
        "bad",
        "Mức 5 lần",
    ),
    Sample(
        "TS-2026-000398",
        "Xe ô tô tải Thaco Ollin 700B, BKS 43C-118.27",
        "Kho số 2 / Dãy A / Ô 14",
        Decimal(312_500_000),
        3,
        "warn",
        "Mức 3 lần",
    ),
    Sample(
        "TS-2026-000377",
        "Dây chuyền sản xuất bao bì giấy, gồm 4 máy",
        "Kho số 1 / Sân ngoài",
        Decimal(1_190_000_000),
        0,
        "good",
        "Đang thông báo",
    ),
]

HISTORY = [
    Event(
        datetime(2026, 10, 6, 2, 30, tzinfo=UTC),
        "Đấu giá không thành",
        "Lần 5, không có người đăng ký.",
    ),
    Event(datetime(2026, 9, 15, 1, 0, tzinfo=UTC), "Giảm giá", "5.400.000.000 ₫ → 4.860.000.000 ₫"),
    Event(
        datetime(2026, 9, 1, 2, 30, tzinfo=UTC),
        "Đấu giá không thành",
        "Lần 4, không có người trả giá.",
    ),
]

POINTS = [
    ("Nghệ An", 128),
    ("Thành phố Đà Nẵng", 94),
    ("Thành phố Hồ Chí Minh", 311),
    ("Cà Mau", 17),
]


@get("/style-guide", public=True, transaction=True, include_in_schema=False, sync_to_thread=False)
def style_guide() -> Template:
    """Every component, once."""
    return Template(
        "shell/style_guide.html",
        context={
            "rows": ROWS,
            "history": HISTORY,
            "points": POINTS,
            "on": date(2026, 11, 22),
            "at": datetime(2026, 11, 22, 7, 45, tzinfo=UTC),
            "typed": {"name": "Lê Thị Hạnh", "price": "-5", "kind": "car", "seen": "true"},
            "faults": {
                "price": (_("The amount must not be negative."), {}),
                "kind": (_("Choose one of the given values."), {}),
            },
        },
    )

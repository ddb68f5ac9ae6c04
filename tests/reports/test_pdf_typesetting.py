"""Days, amounts and names as the layout rules of official papers want them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.pdf import typesetting


def test_days_under_ten_and_the_first_two_months_get_a_zero():
    assert typesetting.day_in_words(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert typesetting.day_in_words(date(2026, 7, 5)) == "ngày 05 tháng 7 năm 2026"
    assert typesetting.day_in_words(date(2026, 12, 31)) == "ngày 31 tháng 12 năm 2026"
    assert typesetting.day(date(2026, 7, 5)) == "05/07/2026"


def test_a_moment_is_told_in_the_time_of_vietnam():
    late = datetime(2026, 7, 4, 18, 30, tzinfo=UTC)
    assert typesetting.moment(late) == "01:30 05/07/2026"
    assert typesetting.legal_day(late) == "05/07/2026"


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (Decimal("1234567.00"), "VND", "1.234.567\u00a0đồng"),
        (Decimal(0), "VND", "0\u00a0đồng"),
        (Decimal("1234567.50"), "THB", "1.234.567,5\u00a0THB"),
        (Decimal("122061000"), "KRW", "122.061.000\u00a0KRW"),
    ],
)
def test_an_amount_has_dots_and_its_own_currency(value: Decimal, currency: str, text: str):
    assert typesetting.amount(value, currency) == text


def test_a_percentage_keeps_two_decimals_at_most():
    assert typesetting.percent(Decimal("9.0000")) == "9%"
    assert typesetting.percent(Decimal("12.3456")) == "12,35%"


def test_the_province_of_an_office_begins_a_line():
    lines = typesetting.head_lines("Thi hành án dân sự thành phố Hồ Chí Minh")
    assert lines == ["Thi hành án dân sự", "thành phố Hồ Chí Minh"]
    assert typesetting.head_lines("THADS tỉnh Cao Bằng") == ["Thi hành án dân sự", "tỉnh Cao Bằng"]
    lines = typesetting.head_lines("Phòng THADS khu vực 7")
    assert lines == ["Phòng Thi hành án dân sự", "khu vực 7"]
    lines = typesetting.head_lines("Cục Quản lý Thi hành án dân sự")
    assert lines == ["Cục Quản lý", "Thi hành án dân sự"]


def test_the_version_of_a_template_covers_all_it_is_made_of(monkeypatch: pytest.MonkeyPatch):
    dossier = typesetting.template_version("review_dossier/dossier.html")
    assert len(dossier) == 64
    parts = typesetting._parts("review_dossier/dossier.html")
    assert {"paper.html", "paper.css", "review_dossier/labels.html"} <= parts
    whole = typesetting._source

    def with_one_word_changed(name: str) -> str:
        text = whole(name)
        return text.replace("Độc lập", "Độc  lập") if name == "paper.html" else text

    monkeypatch.setattr(typesetting, "_source", with_one_word_changed)
    changed = typesetting._version.__wrapped__("review_dossier/dossier.html")
    assert changed != dossier

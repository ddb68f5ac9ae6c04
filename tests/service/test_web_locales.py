"""Which language a reader gets, and how values are written in it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from inventory.organisation.rules import Role
from service.web import catalogues, locales


@pytest.mark.parametrize(
    ("cookie", "account", "header", "expected"),
    [
        ("en", "vi", "vi", "en"),
        (None, "en", "vi", "en"),
        ("xx", "en", "vi", "en"),
        (None, None, "en-GB,en;q=0.9,vi;q=0.8", "en"),
        (None, None, "fr;q=1, vi;q=0.4, en;q=0.3", "vi"),
        (None, None, "en;q=0, fr", "vi"),
        (None, None, "en;q=high", "vi"),
        (None, None, None, "vi"),
    ],
)
def test_the_choice_on_the_device_wins_over_the_account_and_the_browser(
    cookie: str | None, account: str | None, header: str | None, expected: str
):
    assert locales.choose(cookie, account, header) == expected


@pytest.mark.parametrize(
    ("cookie", "account", "header", "expected"),
    [
        (None, "vi", "en-GB, vi;q=0.4", "en"),
        ("en", "en", "vi", "vi"),
        (None, "en", "fr", "en"),
        ("vi", "en", "fr", "vi"),
        (None, "en", None, "en"),
        (None, None, None, "vi"),
    ],
)
def test_a_program_is_answered_in_the_language_it_asks_for(
    cookie: str | None, account: str | None, header: str | None, expected: str
):
    assert locales.asked_for(cookie, account, header) == expected


@pytest.mark.parametrize(
    ("amount", "vietnamese", "english"),
    [
        (Decimal("1234567.00"), "1.234.567\u00a0₫", "1,234,567\u00a0VND"),
        (Decimal("0"), "0\u00a0₫", "0\u00a0VND"),
        (Decimal("-1500.50"), "-1.500,5\u00a0₫", "-1,500.5\u00a0VND"),
        (Decimal("1E+9"), "1.000.000.000\u00a0₫", "1,000,000,000\u00a0VND"),
    ],
)
def test_an_amount_is_grouped_as_the_language_groups_it(
    amount: Decimal, vietnamese: str, english: str
):
    assert locales.money("vi", amount) == vietnamese
    assert locales.money("en", amount) == english


def test_an_amount_of_another_currency_keeps_its_code():
    assert locales.money("vi", Decimal("12.50"), "THB") == "12,5\u00a0THB"


@pytest.mark.parametrize(
    ("amount", "vietnamese", "english"),
    [
        (214_500_000_000, "214,5\u00a0tỷ\u00a0₫", "214.5\u00a0bn\u00a0VND"),
        (7_000_000, "7\u00a0triệu\u00a0₫", "7\u00a0m\u00a0VND"),
        (999_999, "999.999\u00a0₫", "999,999\u00a0VND"),
    ],
)
def test_a_large_amount_has_a_short_form(amount: int, vietnamese: str, english: str):
    assert locales.short_money("vi", amount) == vietnamese
    assert locales.short_money("en", amount) == english


def test_a_moment_is_shown_in_the_time_of_vietnam():
    assert locales.moment(datetime(2026, 6, 30, 17, 5, tzinfo=UTC)) == "01/07/2026 00:05"


def test_the_values_of_a_sentence_are_written_in_its_language():
    params = {"price": Decimal("4500.5"), "on": date(2026, 7, 1), "n": 3, "role": Role.KEEPER}
    text = "%(price)s %(on)s %(n)s %(role)s"
    assert locales.translate("vi", text, params) == "4.500,5 01/07/2026 3 Thủ kho"
    assert locales.translate("en", text, params) == "4,500.5 01/07/2026 3 Warehouse keeper"


def test_a_sentence_without_values_may_hold_a_percent_sign():
    assert locales.translate("vi", "10 % of nothing") == "10 % of nothing"


def test_a_number_of_things_has_two_forms_in_english_and_one_in_vietnamese():
    vietnamese = catalogues.Catalogue("vi", plural={"%(num)s flag": ("%(num)s cờ",)})
    english = catalogues.Catalogue("en")
    forms = ("%(num)s flag", "%(num)s flags")
    assert [english.ngettext(*forms, n) for n in (0, 1, 2)] == [forms[1], forms[0], forms[1]]
    assert {vietnamese.ngettext(*forms, n) for n in (0, 1, 2)} == {"%(num)s cờ"}


@pytest.mark.parametrize(
    ("locale", "key", "said"),
    [
        ("en", "non_auction_draw", "“Who buys without auction where several want it”"),
        (
            "vi",
            "non_auction_draw",
            "“Người được mua khi nhiều người cùng đăng ký mua tài sản không qua đấu giá”",
        ),
        ("vi", "no_rule_of_ours", "no_rule_of_ours"),
    ],
)
def test_a_sentence_calls_a_rule_by_what_it_is_about(locale: str, key: str, said: str):
    assert locales.translate(locale, "(%(rule)s)", {"rule": key}) == f"({said})"
    assert locales.translate(locale, "(%(key)s)", {"key": key}) == f"({key})"

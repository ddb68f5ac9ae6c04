"""The lowest next price, the depth of a cut, and how long a price lasts."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.legal_rules.rules import Breach, choose_rule, cut_breach, forecast, lowest_next_price
from auction.legal_rules.shipped import shipped_rules
from tests.auction.shared_files import golden

ON = date(2026, 8, 1)
RULES = shipped_rules()
LIMIT = choose_rule(RULES, "max_reduction_pct", ON)
DONG = choose_rule(RULES, "currency_smallest_unit", ON, "VND").number
SATANG = choose_rule(RULES, "currency_smallest_unit", ON, "THB").number

LOWEST = [
    ("1", "1"),
    ("9", "9"),
    ("10", "9"),
    ("11", "10"),
    ("19", "18"),
    ("20", "18"),
    ("1000000000", "900000000"),
    ("999999999", "900000000"),
    ("123456789", "111111111"),
    ("999999999999999999", "900000000000000000"),
]


@pytest.mark.parametrize(("price", "lowest"), LOWEST)
def test_the_lowest_next_price_is_never_rounded_below_the_floor(price, lowest):
    assert lowest_next_price(Decimal(price), LIMIT, DONG) == Decimal(lowest)


def test_another_currency_keeps_its_own_smallest_unit():
    assert lowest_next_price(Decimal("100.55"), LIMIT, SATANG) == Decimal("90.50")


@pytest.mark.shared
@pytest.mark.parametrize("case", golden("next_price"), ids=lambda case: str(case.get("price")))
def test_the_lowest_next_price_is_the_golden_one(case):
    assert lowest_next_price(Decimal(case["price"]), LIMIT, DONG) == case["lowest_next_price"]


CUTS = [
    ("1000000000", "900000000", None),
    ("1000000000", "950000000", None),
    ("1000000000", "899999999", Breach.TOO_DEEP),
    ("1000000000", "1000000000", Breach.NOT_LOWER),
    ("1000000000", "1000000001", Breach.NOT_LOWER),
    ("11", "10", None),
    ("11", "9", Breach.TOO_DEEP),
    ("9", "8", Breach.TOO_DEEP),
]


@pytest.mark.parametrize(("before", "after", "breach"), CUTS)
def test_a_cut_outside_the_law_is_named_with_its_article(before, after, breach):
    found = cut_breach(Decimal(before), Decimal(after), LIMIT, DONG)
    if breach is None:
        assert found is None
    else:
        assert found is not None
        assert (found.breach, found.article) == (breach, "L25 Art. 83(3)")
        assert found.lowest_price == lowest_next_price(Decimal(before), LIMIT, DONG)


FORECASTS = [
    ("1000000000", "500000000", 7, "478296900"),
    ("1000000000", "300000000", 12, "282429538"),
    ("1000000000", "200000000", 16, "185302022"),
    ("1000000000", "100000000", 22, "98477094"),
    ("1000000000", "50000000", 29, "47101291"),
    ("1000000000", "1000000000", 0, "1000000000"),
    ("1000000000", "2000000000", 0, "1000000000"),
    ("1000000000", "900000000", 1, "900000000"),
]


@pytest.mark.parametrize(("price", "costs", "reductions", "then"), FORECASTS)
def test_so_many_reductions_bring_the_price_to_the_costs(price, costs, reductions, then):
    found = forecast(Decimal(price), Decimal(costs), LIMIT, DONG)
    assert (found.reductions, found.price_then) == (reductions, Decimal(then))
    assert found.reaches_costs
    assert len(found.prices) == reductions


def test_a_price_too_small_to_be_cut_by_a_tenth_stands_still_and_says_so():
    found = forecast(Decimal(20), Decimal(1), LIMIT, DONG)
    assert [int(price) for price in found.prices] == [18, 17, 16, 15, 14, 13, 12, 11, 10, 9]
    assert not found.reaches_costs


@pytest.mark.shared
@pytest.mark.parametrize("case", golden("floor_forecast"), ids=lambda case: str(case.get("costs")))
def test_the_forecast_is_the_golden_one(case):
    found = forecast(Decimal(case["price"]), Decimal(case["costs"]), LIMIT, DONG)
    assert (found.reductions, found.price_then) == (case["reductions"], case["price_then"])


prices = st.integers(1, 10**18 - 1).map(Decimal)


@given(prices)
def test_the_lowest_next_price_is_lawful_and_one_dong_less_is_not(price):
    lowest = lowest_next_price(price, LIMIT, DONG)
    assert price * 9 <= lowest * 10
    assert (lowest - DONG) * 10 < price * 9
    assert lowest <= price
    if lowest < price:
        assert cut_breach(price, lowest, LIMIT, DONG) is None


@given(prices, prices)
def test_a_forecast_never_rises_never_passes_a_floor_and_ends(price, costs):
    found = forecast(price, costs, LIMIT, DONG)
    steps = (price, *found.prices)
    for before, after in pairwise(steps):
        assert before > costs
        assert cut_breach(before, after, LIMIT, DONG) is None
    assert found.reaches_costs == (found.price_then <= costs)

"""How costs are counted: sums that agree, shares of a case, storage that runs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.costs.rules import (
    Bearer,
    CostKind,
    counted,
    shares_of_case,
    storage_cost,
    summed,
)

amounts = st.integers(1, 10**15).map(Decimal)


@given(amount=amounts, assets=st.integers(1, 40))
def test_the_shares_of_a_cost_of_the_case_sum_to_it(amount: Decimal, assets: int) -> None:
    shares = shares_of_case(amount, range(assets))
    assert sum(shares.values()) == amount
    assert all(share == share.to_integral_value() for share in shares.values())
    assert max(shares.values()) - min(shares.values()) <= 1


@given(
    parts=st.lists(
        st.dictionaries(
            st.tuples(st.sampled_from(CostKind), st.sampled_from(Bearer)), amounts, max_size=6
        ),
        max_size=5,
    )
)
def test_sums_by_bearer_and_by_kind_give_the_total(
    parts: list[dict[tuple[CostKind, Bearer], Decimal]],
) -> None:
    sums = summed(parts, Decimal(0))
    assert sum(sums.by_bearer.values()) == sum(sums.by_kind.values()) == sums.total
    everything = [f"cost_{kind}" for kind in CostKind], [f"borne_by_{one}" for one in Bearer]
    assert sum(counted(part, *everything) for part in parts) == sums.total


def test_only_kinds_and_bearers_of_the_rule_count() -> None:
    part = {
        (CostKind.VALUATION, Bearer.DEBTOR): Decimal(5),
        (CostKind.VALUATION, Bearer.CREDITOR): Decimal(7),
        (CostKind.VERIFICATION, Bearer.DEBTOR): Decimal(11),
    }
    assert counted(part, ["cost_valuation"], ["borne_by_debtor"]) == 5
    assert counted(part, ["cost_valuation", "cost_verification"], ["borne_by_debtor"]) == 16


@pytest.mark.parametrize(
    ("from_on", "until_on", "cost"),
    [
        (date(2026, 8, 3), date(2026, 8, 3), 0),
        (date(2026, 8, 3), date(2026, 7, 1), 0),
        (date(2026, 8, 3), date(2026, 9, 3), 3_000_000),
        (date(2026, 8, 3), date(2026, 8, 18), 1_500_000),
        (date(2026, 8, 20), date(2026, 9, 5), 1_500_000),
        (date(2026, 8, 3), date(2027, 8, 3), 36_000_000),
    ],
)
def test_storage_runs_by_months_and_thirtieths(from_on: date, until_on: date, cost: int) -> None:
    assert storage_cost(Decimal(3_000_000), from_on, until_on) == cost

"""Shares of owners give the whole, exactly."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from inventory.titles.rules import MOST_PARTS, whole_of


@given(st.lists(st.integers(1, MOST_PARTS // 60), min_size=1, max_size=60))
def test_shares_by_weight_give_the_whole_and_one_part_less_does_not(weights: list[int]) -> None:
    whole = sum(weights)
    assert whole_of((weight, whole) for weight in weights) == 1
    assert whole_of((weight, whole + 1) for weight in weights) < 1


def test_thirds_are_exact() -> None:
    assert whole_of([(1, 3), (1, 3), (1, 3)]) == Fraction(1)
    assert whole_of([(33, 100), (33, 100), (33, 100)]) == Fraction(99, 100)

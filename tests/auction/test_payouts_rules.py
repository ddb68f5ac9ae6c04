"""Proceeds divided by rank: the sums always agree, nobody is favoured, whatever the amounts."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auction.legal_rules.shipped import shipped_parameter
from auction.payouts.rules import (
    AmountWrong,
    Claim,
    RankUnknown,
    check_claims,
    divide,
    pro_rata,
    ranks_on,
)
from inventory.base.money import share_out
from tests.auction.shared_files import SHARED

OLD, NEW = date(2026, 6, 30), date(2026, 7, 1)
RULES = shipped_parameter("payment_ranks").rules

amounts = st.integers(0, 10**18 - 1).map(Decimal)
claims = st.lists(st.builds(Claim, st.integers(1, 5), amounts), max_size=9)


def total(parts) -> Decimal:
    return sum(parts, Decimal(0))


def of_rank(held, parts, rank: int) -> Decimal:
    return total(part for claim, part in zip(held, parts, strict=True) if claim.rank == rank)


@given(amounts, claims)
@example(Decimal(10**18 - 1), [Claim(5, Decimal(10**18 - 1)), Claim(5, Decimal(10**18 - 2))])
@example(Decimal(0), [])
def test_what_is_paid_and_what_is_left_is_the_net_sum_to_the_dong(net, held):
    found = divide(net, held)
    assert total(found.paid) + found.left_for_debtor == net
    assert found.left_for_debtor == max(net - total(claim.amount for claim in held), 0)


@given(amounts, claims)
def test_nobody_is_paid_more_than_his_claim_or_part_of_a_dong(net, held):
    for claim, paid in zip(held, divide(net, held).paid, strict=True):
        assert 0 <= paid <= claim.amount
        assert paid == int(paid)


@given(amounts, claims)
def test_a_lower_rank_is_paid_only_when_every_higher_one_is_full(net, held):
    paid = divide(net, held).paid
    for rank in range(2, 6):
        if of_rank(held, paid, rank):
            for higher in range(1, rank):
                owed = of_rank(held, [claim.amount for claim in held], higher)
                assert of_rank(held, paid, higher) == owed


@given(amounts, st.lists(amounts, min_size=1, max_size=9))
def test_a_part_lies_within_a_dong_of_its_proportion_and_follows_the_claims(net, owed):
    parts = pro_rata(net, owed)
    if total(owed) > net:
        for amount, part in zip(owed, parts, strict=True):
            exact = int(net) * int(amount)
            assert abs(int(part) * int(total(owed)) - exact) < total(owed)
    for amount, part in zip(owed, parts, strict=True):
        for other, other_part in zip(owed, parts, strict=True):
            assert amount <= other or part >= other_part


@given(amounts, amounts, claims)
def test_more_money_never_means_less_for_a_rank_or_the_debtor(one, other, held):
    less, more = sorted((one, other))
    small, large = divide(less, held), divide(more, held)
    for rank in range(1, 6):
        assert of_rank(held, small.paid, rank) <= of_rank(held, large.paid, rank)
    assert small.left_for_debtor <= large.left_for_debtor
    # whole đồng by largest remainder: one đồng may move to another of the rank
    assert all(b >= a - 1 for a, b in zip(small.paid, large.paid, strict=True))


@given(amounts, claims)
def test_the_order_of_the_claims_decides_nothing_but_equal_remainders(net, held):
    there, back = divide(net, held), divide(net, held[::-1])
    assert there.left_for_debtor == back.left_for_debtor
    for a, b in zip(there.paid, back.paid[::-1], strict=True):
        assert abs(a - b) <= 1


@pytest.mark.parametrize(
    ("net", "owed", "paid"),
    [
        (3, [7, 7], [2, 1]),
        (1, [1, 1, 1], [1, 0, 0]),
        (2, [0, 3, 3], [0, 1, 1]),
        (0, [5, 5], [0, 0]),
        (10, [3, 3], [3, 3]),
        (5, [0, 0], [0, 0]),
    ],
)
def test_equal_remainders_go_by_position_and_a_claim_of_nothing_gets_nothing(net, owed, paid):
    assert pro_rata(Decimal(net), [Decimal(one) for one in owed]) == paid


def test_shares_finer_than_a_dong_are_split_in_the_unit_of_the_currency():
    parts = share_out(Decimal("1.00"), [Decimal(1)] * 3, Decimal("0.01"))
    assert parts == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
    assert share_out(Decimal(7), [Decimal("0.5"), Decimal("1.25")]) == [2, 5]
    assert share_out(Decimal(7), []) == []


def test_three_ranks_until_june_2026_and_five_from_july_l08_47_l25_54():
    assert sorted(ranks_on(RULES, OLD)) == [0, 1, 2, 3]
    assert sorted(ranks_on(RULES, NEW)) == [0, 1, 2, 3, 4, 5]
    owed = [Claim(5, Decimal(1))]
    check_claims(Decimal(1), owed, ranks_on(RULES, NEW), NEW)
    with pytest.raises(RankUnknown, match="has no rank 5; it has 0, 1, 2, 3") as refusal:
        check_claims(Decimal(1), owed, ranks_on(RULES, OLD), OLD)
    assert refusal.value.article == "L08 Art. 47(1)"


@pytest.mark.parametrize("wrong", ["-1", "0.5", "NaN", "Infinity", "1000000000000000000"])
def test_negative_fractional_and_endless_amounts_are_refused(wrong):
    ranks = ranks_on(RULES, NEW)
    with pytest.raises(AmountWrong) as refusal:
        check_claims(Decimal(wrong), [], ranks, NEW)
    assert list(refusal.value.fields) == ["net"]
    with pytest.raises(AmountWrong, match="Claim 2") as refusal:
        check_claims(Decimal(1), [Claim(1, Decimal(1)), Claim(1, Decimal(wrong))], ranks, NEW)
    assert list(refusal.value.fields) == ["claims[1].amount"]


@pytest.mark.shared
def test_the_right_answers_of_the_shared_folder_are_ours():
    if not SHARED.exists():
        pytest.skip("the shared folder is not beside the checkout")
    cases = json.loads(Path(SHARED / "golden" / "payout.json").read_text("utf-8"))
    for case in cases:
        held = [Claim(one["rank"], Decimal(one["amount"])) for one in case["claims"]]
        found = divide(Decimal(case["net"]), held)
        assert list(found.paid) == case["paid"]
        assert found.left_for_debtor == case["left_for_debtor"]

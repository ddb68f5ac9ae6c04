"""What a creditor pays who takes the asset, shares of a price, the floor."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from auction.legal_rules.rules import choose_rule
from auction.legal_rules.shipped import shipped_rules
from auction.offers.entitlement import CaseClaim, entitled, setoff_sum
from auction.offers.outlook import break_even
from auction.offers.rules import Floor, SetOffStage, floor_test, part_of, stage_of

RULES = shipped_rules()
TODAY = date(2026, 11, 23)
LAW = [
    choose_rule(RULES, key, TODAY)
    for key in ("floor_test", "floor_near_ratio", "max_reduction_pct")
]
UNIT = Decimal(1)


def claim(amount: int, rank: int = 5, *, mine: bool = False) -> CaseClaim:
    return CaseClaim(rank, Decimal(amount), mine)


@pytest.mark.parametrize(
    ("value", "claims", "costs", "deductions", "sum_"),
    [
        # worth more than all that is owed: the value less his claim (D152/26 Art. 66(1))
        (1000, [claim(600, mine=True)], 50, 0, 400),
        (1000, [claim(600, mine=True), claim(200)], 50, 20, 400),
        # worth no more: the value less the part that would be his (Art. 66(2))
        (1000, [claim(2000, mine=True)], 50, 0, 50),
        (1000, [claim(2000, mine=True)], 50, 30, 80),
        (1000, [claim(600, mine=True), claim(600)], 0, 0, 500),
        (1000, [claim(600, mine=True), claim(600, rank=1)], 0, 0, 600),
        (1000, [claim(600, rank=-1, mine=True), claim(600, rank=1)], 100, 0, 400),
        # worth no more than the costs: nothing
        (1000, [claim(2000, mine=True)], 1000, 0, 0),
        (1000, [claim(2000, mine=True)], 1500, 0, 0),
    ],
)
def test_what_the_creditor_pays(
    value: int, claims: list[CaseClaim], costs: int, deductions: int, sum_: int
) -> None:
    found = setoff_sum(Decimal(value), claims, Decimal(costs), Decimal(deductions))
    assert found == sum_


@pytest.mark.parametrize(
    ("value", "mine", "costs", "kept", "owners", "sum_"),
    [
        # half of it is a co-owner's: his half and the costs are paid in money
        (1000, 2000, 50, 0, 500, 550),
        # a year's rent too
        (1000, 2000, 50, 30, 500, 580),
        # the debtor's part is worth more than all that is owed: the value less his claim
        (1000, 300, 50, 30, 500, 700),
        # the debtor's part is not above the costs: the co-owner's part alone
        (1000, 2000, 500, 30, 500, 500),
    ],
)
def test_what_is_others_of_the_price_he_pays_in_money(
    value: int, mine: int, costs: int, kept: int, owners: int, sum_: int
) -> None:
    said = [Decimal(one) for one in (costs, kept, owners)]
    assert setoff_sum(Decimal(value), [claim(mine, mine=True)], *said) == sum_


@pytest.mark.parametrize(
    ("claims", "worth", "his"),
    [
        # another's collateral is worth a quarter of the lot: it takes no more, the rest is his
        ([claim(900), claim(600, mine=True)], {1: 250, 2: 750}, 600),
        # what its asset does not cover of an asker's secured claim is due by rank beside his
        ([claim(900), claim(600, mine=True)], {1: 500, 2: 500}, 300),
        # his own collateral, and by rank for what it does not cover
        ([claim(900, mine=True), claim(600)], {1: 400, 2: 600}, 673),
    ],
)
def test_what_an_asset_secures_is_paid_from_what_it_brings(
    claims: list[CaseClaim], worth: dict[int, int], his: int
) -> None:
    first, second = claims
    rest = None if his == 600 else 5
    secured = structs.replace(first, rank=-1, assets=frozenset({1}), rest=rest)
    each = {asset: Decimal(amount) for asset, amount in worth.items()}
    assert entitled(Decimal(1000), [secured, second], each) == his
    assert entitled(Decimal(1000), [secured, second]) in {100, 900}, "without worths, of all of it"


amounts = st.integers(0, 10**13).map(Decimal)
claims = st.lists(
    st.builds(CaseClaim, st.integers(-2, 5), amounts, st.booleans()), min_size=1, max_size=8
)


@given(value=amounts, claims=claims, costs=amounts, deductions=amounts)
def test_he_never_pays_more_than_the_value_nor_less_than_nothing(
    value: Decimal, claims: list[CaseClaim], costs: Decimal, deductions: Decimal
) -> None:
    paid = setoff_sum(value, claims, costs, deductions)
    assert 0 <= paid <= value
    assert paid == paid.to_integral_value()
    if value > costs:
        owed = sum((one.amount for one in claims if one.mine), Decimal(0))
        assert paid >= value - owed
        assert paid >= min(costs + deductions, value) or value > owed + costs + deductions


@given(net=amounts, claims=claims)
def test_what_everybody_would_get_is_never_more_than_there_is(
    net: Decimal, claims: list[CaseClaim]
) -> None:
    shares = [
        entitled(net, [CaseClaim(c.rank, c.amount, mine=n == m) for m, c in enumerate(claims)])
        for n, c in enumerate(claims)
    ]
    owed = sum((one.amount for one in claims), Decimal(0))
    assert sum(shares) == min(net, owed)


@given(price=amounts, over=st.integers(1, 1000), under=st.integers(1, 1000))
def test_a_share_of_a_price_is_whole_and_never_under_it(
    price: Decimal, over: int, under: int
) -> None:
    share = Fraction(min(over, under), max(over, under))
    part = part_of(price, share)
    assert part == part.to_integral_value()
    assert 0 <= part - price * share.numerator / share.denominator < 1 or part <= price


@pytest.mark.parametrize(
    ("price", "costs", "state"),
    [
        (1000, 0, Floor.ABOVE),
        (1000, 1000, Floor.REACHED),
        (999, 1000, Floor.REACHED),
        (1001, 1000, Floor.NEAR),
        (1333, 1000, Floor.NEAR),
        (1335, 1000, Floor.ABOVE),
    ],
)
def test_the_floor(price: int, costs: int, state: Floor) -> None:
    found = floor_test(Decimal(price), Decimal(costs), LAW, UNIT)
    assert (found.state, found.article) == (state, "L25 Art. 83(3)")


@pytest.mark.parametrize(
    ("answered", "told", "by", "ended", "stage"),
    [
        (None, None, None, None, SetOffStage.ANSWER),
        (TODAY, None, None, None, SetOffStage.TELL_DEBTOR),
        (TODAY, TODAY, TODAY, None, SetOffStage.DEBTOR),
        (TODAY, TODAY, date(2026, 11, 22), None, SetOffStage.PAYMENT),
        (TODAY, TODAY, TODAY, TODAY, SetOffStage.ENDED),
    ],
)
def test_what_a_set_off_waits_for(
    answered: date | None,
    told: date | None,
    by: date | None,
    ended: date | None,
    stage: SetOffStage,
) -> None:
    assert stage_of(answered, told, by, ended, TODAY) is stage


def test_storage_eats_up_what_a_sale_would_leave() -> None:
    assert break_even(Decimal(1000), Decimal(400), Decimal(300), TODAY) == date(2027, 1, 22)
    assert break_even(Decimal(1000), Decimal(1000), Decimal(300), TODAY) == TODAY
    assert break_even(Decimal(1000), Decimal(400), Decimal(0), TODAY) is None

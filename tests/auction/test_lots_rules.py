"""The lawful price of the next round, by the dated rule of the step's day."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.legal_rules.rules import Rule, choose_rule, lowest_next_price
from auction.legal_rules.shipped import shipped_rules
from auction.lots.rules import (
    NextPrice,
    PriceTooHigh,
    PriceTooLow,
    ReductionMissing,
    breach_told,
    check_reduced_price,
    check_round_price,
    first_price,
    next_price,
    reduced_by,
    step_day,
)
from inventory.base.errors import Unlawful

RULES = shipped_rules()
DONG = Decimal(1)
FIRST_LAW = date(2012, 5, 2)
OLD_LAW = date(2026, 6, 30)
NEW_LAW = date(2026, 7, 1)


def limit(on: date = NEW_LAW) -> Rule:
    return choose_rule(RULES, "max_reduction_pct", on)


ARTICLES = [
    (FIRST_LAW, "L08 Art. 104"),
    (date(2015, 6, 30), "L08 Art. 104"),
    (date(2015, 7, 1), "L08 Art. 104(5)"),
    (OLD_LAW, "L08 Art. 104(5)"),
    (NEW_LAW, "L25 Art. 83(3)"),
]


@pytest.mark.parametrize(("on", "article"), ARTICLES)
def test_a_price_under_the_limit_names_the_article_of_the_day_and_the_lowest_price(
    on: date, article: str
) -> None:
    with pytest.raises(PriceTooLow) as refused:
        check_reduced_price(Decimal(1_000_000_000), Decimal(899_999_999), limit(on), DONG)

    assert refused.value.article == article
    assert refused.value.params["lowest"] == 900_000_000
    assert "900000000" in str(refused.value)
    assert "max_reduction_pct" in str(refused.value)
    assert "new_price" in refused.value.fields


@pytest.mark.parametrize("on", [FIRST_LAW, OLD_LAW, NEW_LAW])
@pytest.mark.parametrize("new", [900_000_000, 900_000_001, 999_999_999])
def test_a_price_down_to_the_limit_is_lawful(on: date, new: int) -> None:
    check_reduced_price(Decimal(1_000_000_000), Decimal(new), limit(on), DONG)


@pytest.mark.parametrize("new", [1_000_000_000, 1_000_000_001])
def test_a_decision_that_does_not_lower_the_price_is_refused(new: int) -> None:
    with pytest.raises(PriceTooHigh) as refused:
        check_reduced_price(Decimal(1_000_000_000), Decimal(new), limit(), DONG)
    assert refused.value.article == "L25 Art. 83(3)"


def test_the_limit_is_data_another_rule_gives_another_price() -> None:
    harder = msgspec.structs.replace(limit(), value=5, article="TEST Art. 1")
    with pytest.raises(PriceTooLow) as refused:
        check_reduced_price(Decimal(1000), Decimal(949), harder, DONG)
    assert (refused.value.article, refused.value.params["lowest"]) == ("TEST Art. 1", 950)
    check_reduced_price(Decimal(1000), Decimal(950), harder, DONG)


ROUNDS: list[tuple[int, int | None, type[Unlawful] | None]] = [
    (1000, None, None),
    (1001, None, PriceTooHigh),
    (999, None, ReductionMissing),
    (900, None, ReductionMissing),
    (899, None, PriceTooLow),
    (950, 950, None),
    (951, 950, PriceTooHigh),
    (949, 950, PriceTooLow),
    (1000, 950, PriceTooHigh),
]


@pytest.mark.parametrize(("price", "decided", "refusal"), ROUNDS)
def test_a_round_starts_at_the_last_price_or_at_the_decided_one(
    price: int, decided: int | None, refusal: type[Unlawful] | None
) -> None:
    said = Decimal(decided) if decided else None
    if refusal is None:
        check_round_price(Decimal(price), Decimal(1000), said, limit(), DONG)
        return
    with pytest.raises(refusal) as refused:
        check_round_price(Decimal(price), Decimal(1000), said, limit(), DONG)
    assert refused.value.article == "L25 Art. 83(3)"
    assert list(refused.value.fields) == ["starting_price"]


def bounds(lawful: NextPrice) -> tuple[Decimal | None, Decimal, bool]:
    return lawful.highest, lawful.lowest, lawful.decided


def test_the_next_lawful_price_depends_on_what_happened_to_the_last_round() -> None:
    last = Decimal(1005)
    assert bounds(next_price(last, None, limit(), DONG, failed=True)) == (1005, 905, False)
    assert bounds(next_price(last, None, limit(), DONG, failed=False)) == (1005, 1005, False)
    assert bounds(next_price(last, Decimal(950), limit(), DONG, failed=True)) == (950, 950, True)
    first = choose_rule(RULES, "first_starting_price", OLD_LAW)
    assert bounds(first_price(Decimal(7), first, brought=False)) == (7, 7, False)
    assert bounds(first_price(Decimal(7), first, brought=True)) == (None, 7, False)
    assert first_price(Decimal(7), first, brought=True).article == "L08 Art. 98(1), 99(3)"


prices = st.integers(1, 10**17).map(Decimal)


@given(old=prices, share=st.fractions(0, 2))
def test_no_accepted_decision_gives_a_price_under_the_lawful_one(old: Decimal, share) -> None:
    new = Decimal(int(old * share.numerator / share.denominator))
    try:
        check_reduced_price(old, new, limit(), DONG)
    except Unlawful:
        assert new >= old or new < lowest_next_price(old, limit(), DONG)
    else:
        assert old * (100 - limit().number) / 100 <= new < old
        assert 0 < reduced_by(old, new) <= limit().number


def test_a_fall_is_told_in_per_cent_with_four_decimals() -> None:
    assert reduced_by(Decimal(3), Decimal(2)) == Decimal("33.3333")
    assert reduced_by(Decimal(1000), Decimal(1000)) == 0
    assert reduced_by(Decimal(0), Decimal(0)) == 0
    assert reduced_by(Decimal(90), Decimal(100)) == Decimal("-11.1111")


def test_a_round_recorded_afterwards_is_judged_by_the_law_of_its_own_day() -> None:
    assert step_day(date(2026, 11, 23), held_on=date(2026, 6, 1)) == date(2026, 6, 1)
    assert step_day(date(2026, 6, 30), held_on=date(2026, 8, 1)) == date(2026, 6, 30)


def test_a_breach_is_told_in_a_sentence_with_its_amounts_and_days() -> None:
    cut = {"price_before": "1000.00", "price_after": "800.00", "lowest_price": "900", "number": 4}
    text, known = breach_told(cut)
    assert (text % known, known["price_after"]) == (
        "From 1000.00 to 800.00; the lowest lawful price: 900.",
        Decimal(800),
    )
    late = {"due_on": "2026-12-01", "decided_on": "2026-12-02", "decision": "7/QĐ"}
    late |= {"reason": "-", "approved_by": "Nguyễn Văn A"}
    text, known = breach_told(late)
    assert "Due on 2026-12-01, decided on 2026-12-02 (7/QĐ)" in text % known
    assert "Nguyễn Văn A" in text % known
    assert known["due_on"] == date(2026, 12, 1)
    text, known = breach_told({"registered": 1, "least": 2})
    assert text % known == "1 registered; the law wants at least 2."
    assert breach_told({}) == ("The facts are in the record.", {})

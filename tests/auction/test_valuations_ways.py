"""The table of ways: which way of pricing is lawful, by both laws."""

from datetime import date
from decimal import Decimal

import pytest

from auction.legal_rules.shipped import shipped_rules
from auction.valuations.rules import CouncilUndecided, ValuationMethod, council_price
from auction.valuations.ways import (
    PRICING_KEYS,
    AssetFacts,
    Gold,
    Goods,
    PriceClass,
    small_value,
    ways_of_pricing,
)
from inventory.assets.rules import AssetKind
from inventory.base.errors import Basis

RULES = [rule for rule in shipped_rules() if rule.key in PRICING_KEYS]
OLD, NEW = date(2026, 6, 30), date(2026, 7, 1)
AGREED, FIRM = ValuationMethod.AGREED, ValuationMethod.FIRM
OFFICER, COUNCIL = ValuationMethod.OFFICER, ValuationMethod.COUNCIL
POSTED = ValuationMethod.POSTED_PRICE
K = AssetKind


def facts(kind: AssetKind = K.MOVABLE, **said) -> AssetFacts:
    return AssetFacts(kind=kind, **said)


TABLE = [
    # what, day, class, ways, article
    (facts(), NEW, PriceClass.ORDINARY, (AGREED, FIRM), "L25 Art. 82(1)a"),
    (facts(), OLD, PriceClass.ORDINARY, (AGREED, FIRM), "L08 Art. 98(1), 98(2)"),
    (facts(K.LAND_USE_RIGHT), NEW, PriceClass.ORDINARY, (AGREED, FIRM), "L25 Art. 82(1)a"),
    (
        facts(K.GOLD, gold=Gold.BAR),
        NEW,
        PriceClass.GOLD_BAR,
        (AGREED, POSTED),
        "D152/26 Art. 61(2)",
    ),
    (
        facts(K.GOLD, gold=Gold.OTHER),
        NEW,
        PriceClass.GOLD_OTHER,
        (AGREED, FIRM, OFFICER),
        "D152/26 Art. 61",
    ),
    (facts(K.GOLD), NEW, PriceClass.GOLD_OTHER, (AGREED, FIRM, OFFICER), "D152/26 Art. 61"),
    (facts(K.GOLD, gold=Gold.BAR), OLD, PriceClass.ORDINARY, (AGREED, FIRM), None),
    (facts(goods=Goods.FRESH), NEW, PriceClass.SMALL_OR_PERISHABLE, (AGREED, OFFICER), None),
    (facts(goods=Goods.FRESH), OLD, PriceClass.SMALL_OR_PERISHABLE, (AGREED, OFFICER), None),
    (
        facts(no_firm=True),
        NEW,
        PriceClass.NO_FIRM,
        (AGREED, COUNCIL),
        "L25 Art. 82(1)b; D152/26 Art. 60(3)",
    ),
    (
        facts(no_firm=True),
        OLD,
        PriceClass.NO_FIRM,
        (AGREED, OFFICER),
        "L08 Art. 98(3); D62 Art. 26(1)",
    ),
    (facts(K.SECURITIES), NEW, PriceClass.SPECIAL, (), "L25 Art. 82(1)c; D152/26 Art. 57"),
    (facts(K.INTELLECTUAL_PROPERTY), NEW, PriceClass.SPECIAL, (), None),
    (facts(K.DIGITAL), NEW, PriceClass.SPECIAL, (), None),
    (facts(K.MINERAL_RIGHT), NEW, PriceClass.SPECIAL, (), None),
    (facts(K.SECURITIES), OLD, PriceClass.ORDINARY, (AGREED, FIRM), None),
    (facts(K.SHARES), NEW, PriceClass.ORDINARY, (AGREED, FIRM), None),
    # a special law goes before small value, gold before "no firm"
    (facts(K.DIGITAL, worth=Decimal(1), wage_region="region_1"), NEW, PriceClass.SPECIAL, (), None),
    (facts(K.GOLD, no_firm=True), NEW, PriceClass.GOLD_OTHER, (AGREED, FIRM, OFFICER), None),
    (facts(goods=Goods.FRESH, no_firm=True), NEW, PriceClass.SMALL_OR_PERISHABLE, None, None),
]


@pytest.mark.parametrize(("what", "on", "expected", "ways", "article"), TABLE)
def test_the_lawful_ways_of_both_laws(what, on, expected, ways, article) -> None:
    found = ways_of_pricing(what, RULES, on)
    assert found is not None
    assert found.price_class is expected
    assert ways is None or found.ways == ways
    assert article is None or found.rule.article == article


def wage(region: str, worth: int) -> AssetFacts:
    return facts(worth=Decimal(worth), wage_region=region)


SMALL = [
    (wage("region_1", 26_550_000), NEW, True),
    (wage("region_1", 26_550_001), NEW, False),
    (wage("region_4", 18_500_000), NEW, True),
    (wage("region_4", 18_500_001), NEW, False),
    (facts(worth=Decimal(1)), NEW, False),  # nobody said of which region
    (facts(worth=Decimal(10_000_000)), OLD, True),
    (facts(worth=Decimal(10_000_001)), OLD, False),
    (facts(wage_region="region_1"), NEW, False),  # nobody said its worth
]


@pytest.mark.parametrize(("what", "on", "small"), SMALL)
def test_small_value_is_five_wages_of_the_region_and_was_ten_million(what, on, small) -> None:
    found = ways_of_pricing(what, RULES, on)
    assert found is not None
    assert (found.price_class is PriceClass.SMALL_OR_PERISHABLE) is small


SHELF = [
    (Goods.FOOD, date(2026, 8, 30), True),  # 29 days left
    (Goods.FOOD, date(2026, 8, 31), False),
    (Goods.MEDICINE, date(2026, 9, 29), True),  # 59 days left
    (Goods.MEDICINE, date(2026, 9, 30), False),
    (None, date(2026, 8, 30), True),
    (Goods.FOOD, None, False),
]


@pytest.mark.parametrize(("goods", "expires_on", "perishable"), SHELF)
def test_shelf_life_makes_perishable(goods, expires_on, perishable) -> None:
    what = facts(goods=goods, expires_on=expires_on)
    found = ways_of_pricing(what, RULES, date(2026, 8, 1))
    assert found is not None
    assert (found.price_class is PriceClass.SMALL_OR_PERISHABLE) is perishable


def test_before_the_law_the_rules_know_nothing_is_said() -> None:
    assert ways_of_pricing(facts(), RULES, date(2009, 6, 30)) is None
    assert small_value([], "region_1") is None


VOTES = [
    ([(5, True), (5, False), (7, False)], 5),
    ([(5, True), (7, False), (7, False)], 7),
    ([(5, True), (5, False), (7, False), (7, False)], 5),
    ([(7, True), (5, False), (5, False), (7, False)], 7),
    ([(5, True), (6, False), (7, False)], None),
    ([(5, True), (7, False), (7, False), (8, False)], None),
    ([(9, True)], 9),
]


BY = Basis(article="D152/26 Art. 60(3)", rule="price_council_majority")


@pytest.mark.parametrize(("votes", "price"), VOTES)
def test_more_than_half_decides_and_the_chair_between_two_halves(votes, price) -> None:
    cast = [(Decimal(amount), chair) for amount, chair in votes]
    if price is None:
        with pytest.raises(CouncilUndecided):
            council_price(cast, BY)
    else:
        assert council_price(cast, BY) == price

"""Which way of pricing is lawful for an asset on a day, by the dated rules; pure."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Rule, Unit
from auction.valuations.rules import ValuationMethod
from inventory.assets.rules import AssetKind
from inventory.base.messages import _, labels

PRICING_KEYS = (
    "pricing_ways",
    "pricing_special_kinds",
    "small_value_threshold",
    "regional_min_wage",
    "perishable_medicine_shelf",
    "perishable_food_shelf",
)
"""The dated rules that say which way of pricing is lawful."""


class Goods(StrEnum):
    """What makes a thing perishable (D152/26 Art. 60(4))."""

    FRESH = "fresh"
    MEDICINE = "medicine"
    FOOD = "food"


MAY_SPOIL = frozenset({AssetKind.MOVABLE, AssetKind.ANIMAL_CROP, AssetKind.DRUGS, AssetKind.OTHER})
"""Kinds of things among which there are perishable ones; no vehicle, house or land is any."""


class Gold(StrEnum):
    """Gold that has a posted price, and gold that has none (D152/26 Art. 61)."""

    BAR = "bar"
    OTHER = "other"


class PriceClass(StrEnum):
    """Classes of assets for which the law names ways of pricing; the first that fits counts."""

    SPECIAL = "special_regime"
    GOLD_BAR = "gold_bar"
    GOLD_OTHER = "gold_other"
    SMALL_OR_PERISHABLE = "small_or_perishable"
    NO_FIRM = "no_firm"
    ORDINARY = "ordinary"


class AssetFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the lawful way of pricing an asset hangs on."""

    kind: AssetKind
    worth: Decimal | None = None
    wage_region: str | None = None
    goods: Goods | None = None
    expires_on: date | None = None
    gold: Gold | None = None
    no_firm: bool = False


class LawfulWays(msgspec.Struct, frozen=True, kw_only=True):
    """The ways that are lawful for an asset on a day, and the row that says so."""

    price_class: PriceClass
    ways: tuple[ValuationMethod, ...]
    rule: Rule

    def allows(self, way: ValuationMethod) -> bool:
        """Whether a way is among them."""
        return way in self.ways


def ways_of_pricing(facts: AssetFacts, rules: Iterable[Rule], on: date) -> LawfulWays | None:
    """The lawful ways for an asset on a day; None before the law that the rules hold.

    An asset under a law of its own has no way here: it is not forced onto the auction's path.
    """
    serving = [rule for rule in rules if rule.serves(on)]
    by_class = {rule.scope: rule for rule in serving if rule.key == "pricing_ways"}
    for found in PriceClass:
        row = by_class.get(found.value)
        if row is not None and _fits(found, facts, serving, on):
            ways = (ValuationMethod(c) for c in row.codes if c in set(ValuationMethod))
            return LawfulWays(price_class=found, ways=tuple(ways), rule=row)
    return None


def _fits(found: PriceClass, facts: AssetFacts, serving: Sequence[Rule], on: date) -> bool:
    match found:
        case PriceClass.SPECIAL:
            row = _row(serving, "pricing_special_kinds")
            return row is not None and facts.kind.value in row.codes
        case PriceClass.GOLD_BAR:
            return facts.kind is AssetKind.GOLD and facts.gold is Gold.BAR
        case PriceClass.GOLD_OTHER:
            return facts.kind is AssetKind.GOLD
        case PriceClass.SMALL_OR_PERISHABLE:
            return is_perishable(facts, serving, on) or _is_small(facts, serving)
        case PriceClass.NO_FIRM:
            return facts.no_firm
        case PriceClass.ORDINARY:
            return True


def is_perishable(facts: AssetFacts, serving: Sequence[Rule], on: date) -> bool:
    """Whether goods are fresh, or so near their expiry that the law calls them perishable."""
    if facts.kind not in MAY_SPOIL:
        return False
    if facts.goods is Goods.FRESH:
        return True
    if facts.expires_on is None:
        return False
    medicine = facts.goods is Goods.MEDICINE
    row = _row(serving, "perishable_medicine_shelf" if medicine else "perishable_food_shelf")
    return row is not None and facts.expires_on - on < timedelta(days=int(row.number))


def small_value(
    serving: Sequence[Rule], wage_region: str | None, key: str = "small_value_threshold"
) -> Decimal | None:
    """The value up to which the officer sets the price; None where the region is not said."""
    limit = _row(serving, key)
    if limit is None or limit.unit is not Unit.MINIMUM_WAGE:
        return limit.number if limit else None
    wages = {rule.scope: rule.number for rule in serving if rule.key == "regional_min_wage"}
    wage = wages.get(wage_region)
    return limit.number * wage if wage is not None else None


def _is_small(facts: AssetFacts, serving: Sequence[Rule]) -> bool:
    limit = small_value(serving, facts.wage_region)
    return facts.worth is not None and limit is not None and facts.worth <= limit


def _row(serving: Sequence[Rule], key: str) -> Rule | None:
    return next((rule for rule in serving if rule.key == key), None)


labels(
    {
        Goods.FRESH: _("Fresh, spoils quickly"),
        Goods.MEDICINE: _("Medicine"),
        Goods.FOOD: _("Food"),
    }
)
labels(
    {
        Gold.BAR: _("Gold bars and plain rings"),
        Gold.OTHER: _("Other gold, jewellery"),
    }
)
labels(
    {
        PriceClass.SPECIAL: _("Under a law of its own"),
        PriceClass.GOLD_BAR: _("Gold bars and plain rings"),
        PriceClass.GOLD_OTHER: _("Other gold, jewellery"),
        PriceClass.SMALL_OR_PERISHABLE: _("Small value or perishable"),
        PriceClass.NO_FIRM: _("No firm can be contracted"),
        PriceClass.ORDINARY: _("All other assets"),
    }
)

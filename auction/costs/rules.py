"""Kinds of costs, who bears them, and how they are counted; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Rule, choose_rule
from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace
from inventory.base.messages import _, labels
from inventory.base.money import round_to, share_out

MONTH = 30
"""Days that a month of storage is shared over, where a part of a month is counted."""


class CostKind(StrEnum):
    """What was paid for."""

    VALUATION = "valuation"
    AUCTION_FEE = "auction_fee"
    ANNOUNCEMENT = "announcement"
    STORAGE = "storage"
    COERCION = "coercion"
    TRANSPORT = "transport"
    ALLOWANCE = "allowance"
    VERIFICATION = "verification"
    OTHER = "other"


class Bearer(StrEnum):
    """Who bears a cost in the end, or who advanced it (L25 Art. 53; D62 Art. 43)."""

    DEBTOR = "debtor"
    CREDITOR = "creditor"
    STATE = "state"
    THIRD = "third"


class Act(StrEnum):
    """Codes of the acts on costs, as the audit ledger keeps them."""

    COST_ENTERED = "costs.cost.entered"
    COST_REVERSED = "costs.cost.reversed"
    ADVANCE_REPAID = "costs.advance.repaid"
    DELEGATED_REPAID = "costs.delegated.repaid"


class CostIncomplete(Invalid):
    """Something that an entry must say does not fit."""

    code = "cost_incomplete"


class CostReversed(Duplicate):
    """The entry was reversed already, or is itself a reversal."""

    code = "cost_reversed"


class CostEnteredTwice(Duplicate):
    """The same cost by the same document stands already."""

    code = "cost_entered_twice"


class NotAdvanced(OutOfPlace):
    """Nobody advanced that cost, so there is nothing to repay."""

    code = "not_advanced"


class RepaidTooMuch(OutOfPlace):
    """More would be repaid than was advanced."""

    code = "repaid_too_much"


Sums = dict[tuple[CostKind, Bearer], Decimal]


class CostSums(msgspec.Struct, frozen=True):
    """What some assets cost by a day; ``storage_running`` is owed and not yet entered."""

    total: Decimal
    by_bearer: dict[Bearer, Decimal]
    by_kind: dict[CostKind, Decimal]
    storage_running: Decimal

    def borne_by(self, bearer: Bearer) -> Decimal:
        """What one of them bears."""
        return self.by_bearer.get(bearer, Decimal(0))


def summed(parts: Iterable[Sums], storage_running: Decimal) -> CostSums:
    """The sums of several assets as one."""
    bearers: defaultdict[Bearer, Decimal] = defaultdict(Decimal)
    kinds: defaultdict[CostKind, Decimal] = defaultdict(Decimal)
    for part in parts:
        for (kind, bearer), amount in part.items():
            bearers[bearer] += amount
            kinds[kind] += amount
    total = sum(bearers.values(), Decimal(0))
    return CostSums(total, dict(bearers), dict(kinds), storage_running)


def counted(
    part: Mapping[tuple[CostKind, Bearer], Decimal],
    kinds: Iterable[str],
    bearers: Iterable[str],
) -> Decimal:
    """What of the costs counts in the floor test, by the kinds and bearers of the dated rules."""
    wanted, borne = frozenset(kinds), frozenset(bearers)
    return sum(
        (
            amount
            for (kind, bearer), amount in part.items()
            if kind_term(kind) in wanted and bearer_term(bearer) in borne
        ),
        Decimal(0),
    )


TEST, KINDS, BEARERS = "floor_test", "floor_cost_kinds", "floor_cost_bearers"
FLOOR_KEYS = (TEST, KINDS, BEARERS)
"""The rules that say which costs a reduced price is compared with."""


def floor_law(rules: Sequence[Rule], on: date) -> tuple[Rule, Rule]:
    """Which kinds of costs, and borne by whom, the price of a day is compared with.

    The kinds are those of the term that the floor test names (L25 Art. 83(3); L08 Art. 104(3)), by
    the row of the day, else by the one nearest to it: a law that returns to a term means what it
    meant. Where no test is in force, or one whose term has no row, the row of the day.
    Raises RuleUnknown.
    """
    bearers = choose_rule(rules, BEARERS, on)
    term = next((rule.value for rule in rules if rule.key == TEST and rule.serves(on)), None)
    named = [rule for rule in rules if term and (rule.key, rule.scope) == (KINDS, term)]
    if named:
        return min(named, key=lambda rule: _days_from(rule, on)), bearers
    serving = (rule for rule in rules if rule.key == KINDS and rule.serves(on))
    return next(serving, None) or choose_rule(rules, KINDS, on), bearers


def _days_from(rule: Rule, on: date) -> int:
    """How many days a day lies outside those of a row."""
    ends = rule.valid_to or date.max
    return max((rule.valid_from - on).days, (on - ends).days, 0)


def kind_term(kind: CostKind) -> str:
    """A kind as the dated rules name it."""
    return f"cost_{kind.value}"


def bearer_term(bearer: Bearer) -> str:
    """A bearer as the dated rules name it."""
    return f"borne_by_{bearer.value}"


def shares_of_case(amount: Decimal, assets: Sequence[int]) -> dict[int, Decimal]:
    """A cost of a whole case over its assets, equally; the parts sum to it."""
    parts = share_out(amount, [Decimal(1)] * len(assets))
    return dict(zip(assets, parts, strict=True))


def storage_cost(monthly: Decimal, from_on: date, until_on: date) -> Decimal:
    """What storing costs between two days: whole months, what is left in thirtieths."""
    if until_on <= from_on:
        return Decimal(0)
    months = (until_on.year - from_on.year) * 12 + until_on.month - from_on.month
    days = until_on.day - from_on.day
    if days < 0:
        months, days = months - 1, days + MONTH
    return round_to(monthly * months + monthly * max(days, 0) / MONTH)


class RentUnknown(Barred):
    """What a year's rent is cannot be computed from what is known."""

    code = "rent_unknown"


class HomeUnsaid(Barred):
    """Of a house it is said first whether it is the debtor's only dwelling."""

    code = "home_unsaid"


labels(
    {
        CostKind.VALUATION: _("Valuation"),
        CostKind.AUCTION_FEE: _("Auction fee"),
        CostKind.ANNOUNCEMENT: _("Posting and announcement"),
        CostKind.STORAGE: _("Storage and guarding"),
        CostKind.COERCION: _("Coercion"),
        CostKind.TRANSPORT: _("Transport"),
        CostKind.ALLOWANCE: _("Allowances"),
        CostKind.VERIFICATION: _("Verification"),
        CostKind.OTHER: _("Other cost"),
        Bearer.DEBTOR: _("Debtor"),
        Bearer.CREDITOR: _("Creditor"),
        Bearer.STATE: _("State budget"),
        Bearer.THIRD: _("Third person"),
        Act.COST_ENTERED: _("Cost entered"),
        Act.COST_REVERSED: _("Cost reversed"),
        Act.ADVANCE_REPAID: _("Advance repaid"),
        Act.DELEGATED_REPAID: _("Costs of a delegated sale repaid"),
    }
)

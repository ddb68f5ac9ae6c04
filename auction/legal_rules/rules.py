"""Which dated row of law serves a step, the working calendar, and the prices the law allows.

The row is chosen by the date of the step (L25 Art. 115(1), 116(3)(4)); every number that follows
comes from a row, so a decision can name the article it stood on.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from inventory.base.errors import Basis, Invalid, NotFound
from inventory.base.messages import _, labels
from inventory.base.money import round_to

Value = int | str | tuple[int | str, ...]


class Unit(StrEnum):
    """What the value of a rule is counted in."""

    WORKING_DAY = "wd"
    DAY = "d"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    PERCENT = "pct"
    VND = "vnd"
    MINIMUM_WAGE = "min_wage"
    RATIO = "ratio"
    ROUNDS = "rounds"
    COUNT = "count"
    RANK = "rank"
    AMOUNT = "amount"
    DATE = "date"
    MONTH_DAY = "month_day"
    TIME = "time"
    PERIOD = "period"
    TEXT = "text"


class Direction(StrEnum):
    """Whether a limit runs forward from its event or backward from it."""

    AFTER = "after"
    BEFORE = "before"


class Confidence(StrEnum):
    """How sure the row is: read in a source, general knowledge, or still to be confirmed."""

    READ = "A"
    KNOWN = "B"
    UNCONFIRMED = "C"


class Section(StrEnum):
    """The part of the work a parameter belongs to."""

    CASE = "case"
    VALUATION = "valuation"
    REDUCTION = "reduction"
    AUCTION = "auction"
    AFTER_SALE = "after_sale"
    EVIDENCE = "evidence"
    SUPERVISION = "supervision"
    REVIEW = "review"
    MONEY = "money"
    HOLDS = "holds"


class DayKind(StrEnum):
    """Why a day is off, or why a Saturday is not."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OBSERVED = "observed"
    SUBSTITUTE_DAY_OFF = "substitute_day_off"
    WORKING_DAY = "working_day"


class Breach(StrEnum):
    """What is wrong with a price after a reduction."""

    TOO_DEEP = "too_deep"
    NOT_LOWER = "not_lower"


labels(
    {
        Unit.WORKING_DAY: _("working days"),
        Unit.DAY: _("days"),
        Unit.MONTH: _("months"),
        Unit.YEAR: _("years"),
        Unit.HOUR: _("hours"),
        Unit.PERCENT: _("per cent"),
        Unit.VND: _("đồng"),
        Unit.MINIMUM_WAGE: _("× regional monthly minimum wage"),
        Unit.RATIO: _("times"),
        Unit.ROUNDS: _("rounds"),
        Unit.COUNT: _("number"),
        Unit.RANK: _("rank"),
        Unit.AMOUNT: _("in the currency"),
        Unit.DATE: _("day"),
        Unit.MONTH_DAY: _("day of the year"),
        Unit.TIME: _("hour of the day"),
        Unit.PERIOD: _("period"),
        Unit.TEXT: _("rule in words"),
        Direction.AFTER: _("after"),
        Direction.BEFORE: _("before"),
        Confidence.READ: _("read in the text"),
        Confidence.KNOWN: _("general knowledge"),
        Confidence.UNCONFIRMED: _("to be confirmed"),
        Section.CASE: _("Case and coercion"),
        Section.VALUATION: _("Valuation"),
        Section.REDUCTION: _("Price reduction and set-off"),
        Section.AUCTION: _("Auction procedure"),
        Section.AFTER_SALE: _("After the sale"),
        Section.EVIDENCE: _("Evidence and warehouses"),
        Section.SUPERVISION: _("Inspection, statistics, supervision"),
        Section.REVIEW: _("Failed rounds and flags"),
        Section.MONEY: _("Money and payment order"),
        Section.HOLDS: _("Holds and warnings"),
        DayKind.WEEKEND: _("weekend"),
        DayKind.HOLIDAY: _("public holiday"),
        DayKind.OBSERVED: _("day off in lieu of a holiday on a weekend"),
        DayKind.SUBSTITUTE_DAY_OFF: _("day off exchanged for a working Saturday"),
        DayKind.WORKING_DAY: _("Saturday worked in exchange"),
        Breach.TOO_DEEP: _("reduced by more than the law allows"),
        Breach.NOT_LOWER: _("not lower than the price before"),
    }
)


class RuleUnknown(NotFound):
    """No rule of that name, or none for the date or scope asked for."""

    code = "rule_unknown"


class ScopeNeeded(Invalid):
    """The rule has no general value; the caller must say for what he asks."""

    code = "scope_needed"


class CalendarUnknown(Invalid):
    """The working calendar does not reach that day."""

    code = "calendar_unknown"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One dated row of law: a value for a scope and a span of days, with its article."""

    key: str
    scope: str | None = None
    value: Value
    unit: Unit
    direction: Direction = Direction.AFTER
    anchor: str | None = None
    valid_from: date
    valid_to: date | None = None
    article: str
    confidence: Confidence
    note_en: str | None = None
    note_vi: str | None = None
    id: int | None = None

    def serves(self, on: date) -> bool:
        """Whether the row is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def basis(self) -> Basis:
        """The rule and the article a refusal stands on."""
        return Basis(article=self.article, rule=self.key)

    @property
    def number(self) -> Decimal:
        """The value as an exact number."""
        if isinstance(self.value, tuple):
            raise TypeError(f"{self.key} is a list")
        return Decimal(self.value)

    @property
    def codes(self) -> tuple[str, ...]:
        """The value as a list of codes, one code being a list of one."""
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        return tuple(str(value) for value in values)


class Parameter(msgspec.Struct, frozen=True):
    """A legal parameter: its name for people and all its dated rows."""

    key: str
    section: Section
    title_en: str
    title_vi: str
    rules: tuple[Rule, ...]


def rules_of(rules: Iterable[Rule], key: str, on: date) -> tuple[Rule, ...]:
    """Every row of a parameter in force on a day, one per scope.

    Raises RuleUnknown.
    """
    rows = [rule for rule in rules if rule.key == key]
    if not rows:
        raise RuleUnknown(_("No legal rule is called %(key)s."), key=key)
    serving = tuple(rule for rule in rows if rule.serves(on))
    if not serving:
        raise RuleUnknown(
            _("The rule %(key)s has no value on %(on)s; its values are dated %(spans)s."),
            key=key,
            on=on.isoformat(),
            spans=_spans(rows),
        )
    return serving


def choose_rule(rules: Iterable[Rule], key: str, on: date, scope: str | None = None) -> Rule:
    """The row that serves a step on a day: that of the scope, else the general one.

    Raises RuleUnknown, ScopeNeeded.
    """
    by_scope = {rule.scope: rule for rule in rules_of(rules, key, on)}
    found = by_scope.get(scope) or by_scope.get(None)
    if found is not None:
        return found
    scopes = ", ".join(sorted(str(known) for known in by_scope))
    if scope is None:
        raise ScopeNeeded(
            _("The rule %(key)s has no general value; choose a scope: %(scopes)s."),
            field="scope",
            key=key,
            scopes=scopes,
        )
    raise RuleUnknown(
        _("The rule %(key)s has no value for %(scope)s on %(on)s; it has one for: %(scopes)s."),
        key=key,
        scope=scope,
        on=on.isoformat(),
        scopes=scopes,
    )


def _spans(rows: Iterable[Rule]) -> str:
    spans = sorted({(rule.valid_from, rule.valid_to or date.max) for rule in rows})
    return ", ".join(f"{a} – {'' if b == date.max else b}".rstrip() for a, b in spans)


class DayOff(msgspec.Struct, frozen=True):
    """A day on which offices do not work, and why."""

    on: date
    kind: DayKind
    name_vi: str
    name_en: str


class WorkingCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """Days off and make-up working days of a country, as data of one version."""

    country: str
    source: str
    first_year: int
    last_year: int
    announced_through: int
    weekend: dict[int, tuple[str, str]]
    off: dict[date, DayOff]
    worked: dict[date, date]
    id: int | None = None

    def why_off(self, day: date) -> DayOff | None:
        """Why a day is off, None where it is a working day.

        Raises CalendarUnknown for a day of a year the calendar does not hold.
        """
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarUnknown(
                _("The working calendar holds %(first)s to %(last)s, not %(day)s."),
                first=self.first_year,
                last=self.last_year,
                day=day.isoformat(),
            )
        if day in self.off:
            return self.off[day]
        names = self.weekend.get(day.isoweekday())
        if names is None or day in self.worked:
            return None
        return DayOff(day, DayKind.WEEKEND, *names)

    def is_forecast(self, day: date) -> bool:
        """Whether the days off of that year were not announced yet when the version was made."""
        return day.year > self.announced_through


class CutBreach(msgspec.Struct, frozen=True):
    """A price cut outside the law, with the article it breaks."""

    breach: Breach
    price_before: Decimal
    price_after: Decimal
    lowest_price: Decimal
    article: str
    rule_id: int | None


class Forecast(msgspec.Struct, frozen=True):
    """How many greatest lawful reductions bring a price down to the costs."""

    reductions: int
    price_then: Decimal
    reaches_costs: bool
    prices: tuple[Decimal, ...]


def lowest_next_price(price: Decimal, limit: Rule, unit: Decimal) -> Decimal:
    """The lowest starting price of the next round: never rounded below the legal floor."""
    return round_to(price * (100 - limit.number) / 100, unit, up=True)


def cut_breach(
    price_before: Decimal, price_after: Decimal, limit: Rule, unit: Decimal
) -> CutBreach | None:
    """What a reduction breaks: deeper than the limit, or no reduction at all; else None."""
    lowest = lowest_next_price(price_before, limit, unit)
    if lowest <= price_after < price_before:
        return None
    breach = Breach.NOT_LOWER if price_after >= price_before else Breach.TOO_DEEP
    return CutBreach(breach, price_before, price_after, lowest, limit.article, limit.id)


def forecast(price: Decimal, costs: Decimal, limit: Rule, unit: Decimal) -> Forecast:
    """The greatest reductions one after another until the price is at or under the costs.

    A price so small that rounding up undoes the reduction stands still and never gets there.
    """
    prices: list[Decimal] = []
    while price > costs:
        lower = lowest_next_price(price, limit, unit)
        if lower >= price:
            break
        price = lower
        prices.append(price)
    return Forecast(len(prices), price, price <= costs, tuple(prices))


class SaleParameters(msgspec.Struct, frozen=True):
    """Everything the rounds of a lot need from the law on one day, with the rows it came from."""

    on: date
    max_reduction: Rule
    counted_outcomes: frozenset[str]
    resetting_outcomes: frozenset[str]
    flag_tiers: tuple[tuple[int, str], ...]
    setoff_from_reduction: int | None
    floor_basis: str | None
    floor_near_ratio: Decimal
    rules: tuple[Rule, ...]

    def tier_of(self, failed_in_a_row: int) -> str | None:
        """The highest flag tier that so many failed rounds reach."""
        reached = [name for rounds, name in self.flag_tiers if failed_in_a_row >= rounds]
        return reached[-1] if reached else None


def sale_parameters(rules: Iterable[Rule], on: date) -> SaleParameters:
    """Gather the parameters of auction rounds in force on a day.

    Raises RuleUnknown.
    """
    known = tuple(rules)
    tiers = rules_of(known, "failed_rounds_flag", on)
    limit = choose_rule(known, "max_reduction_pct", on)
    counted = choose_rule(known, "counted_outcomes", on)
    resetting = choose_rule(known, "resetting_outcomes", on)
    near = choose_rule(known, "floor_near_ratio", on)
    setoff = _serving(known, "setoff_from_reduction", on)
    floor = _serving(known, "floor_test", on)
    return SaleParameters(
        on=on,
        max_reduction=limit,
        counted_outcomes=frozenset(counted.codes),
        resetting_outcomes=frozenset(resetting.codes),
        flag_tiers=tuple(sorted((int(rule.number), str(rule.scope)) for rule in tiers)),
        setoff_from_reduction=int(setoff.number) if setoff else None,
        floor_basis=str(floor.value) if floor else None,
        floor_near_ratio=near.number,
        rules=tuple(filter(None, (limit, counted, resetting, near, setoff, floor, *tiers))),
    )


def _serving(rules: Iterable[Rule], key: str, on: date) -> Rule | None:
    return next((rule for rule in rules if rule.key == key and rule.serves(on)), None)

"""``kebien law``: what the law says on a day, from the shipped files, without a database."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import msgspec

from auction.deadlines.rules import due_date
from auction.legal_rules import rules as law
from auction.legal_rules.handbook import rules_page
from auction.legal_rules.shipped import (
    shipped_calendar,
    shipped_parameter,
    shipped_parameters,
    shipped_rules,
)
from auction.legal_rules.words import check_scope, cite, value_with_unit, word
from auction.payouts import rules as payouts
from inventory.base.errors import Invalid
from inventory.base.messages import _, label_of
from inventory.base.money import check_amount
from service.cli.output import json_option, note, print_json, print_record, print_table
from service.settings import Settings

Json = dict[str, object]

AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
COMPARED_ON = "Compare each new year with the Government's announcement before relying on it."


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day that was typed."""
        try:
            return date.fromisoformat(DAY.fullmatch(str(value))[0])  # type: ignore[index]
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a day; write it as 2026-08-01.", param, ctx)


class Amount(click.ParamType[Decimal]):
    """An amount of money in digits."""

    name = "amount"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The amount that was typed."""
        if not AMOUNT.fullmatch(str(value)):
            said = "write digits only, at most 18 before the point."
            self.fail(f"{str(value)[:40]!r} is not an amount; {said}", param, ctx)
        return Decimal(str(value))


class ClaimSaid(msgspec.Struct, frozen=True):
    """A claim as the file of a payout says it; more may stand there, as a name."""

    rank: int
    amount: Decimal


class PayoutSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of a payout says: the net proceeds and the claims on them."""

    net: Decimal
    claims: tuple[ClaimSaid, ...]


on_option = click.option("--on", type=Day(), required=True, help="Day of the step.")
scope_option = click.option("--scope", help="For what: movable, immovable, …")
currency_option = click.option("--currency", default="VND", show_default=True)


@click.group()
def command() -> None:
    """Rules, deadlines and prices by the law of a day."""


@command.command()
@click.argument("key")
@on_option
@scope_option
@json_option
def rule(key: str, on: date, scope: str | None, as_json: bool) -> None:
    """The value of a legal rule on a day, with its article."""
    check_scope(scope)
    parameter = shipped_parameter(key)
    found = law.choose_rule(parameter.rules, key, on, scope)
    if as_json:
        print_json({**_described(found), "title": parameter.title_en, "on": on})
        return
    _said(
        {
            "rule": parameter.title_en,
            "scope": _scope(found),
            "value": value_with_unit(found),
            "counted": _counted(found),
            "in force": f"{found.valid_from} – {found.valid_to or ''}".rstrip(),
            "article": cite(found.article).en,
            "confidence": _confidence(found),
            "note": found.note_en,
        }
    )


@command.command()
@click.argument("key")
@click.option("--from", "start", type=Day(), required=True, help="Day of the event.")
@scope_option
@json_option
def deadline(key: str, start: date, scope: str | None, as_json: bool) -> None:
    """The due date of a time limit that starts with an event."""
    check_scope(scope)
    parameter = shipped_parameter(key)
    found = law.choose_rule(parameter.rules, key, start, scope)
    calendar = shipped_calendar()
    due = due_date(start, found, calendar)
    forecast = calendar.is_forecast(due.due_on)
    if as_json:
        described = {**_described(found), "from": start, "scope": scope, "due": due.due_on}
        skipped = [_skipped(day) for day in due.skipped]
        print_json({**described, "skipped": skipped, "calendar_is_forecast": forecast})
        return
    _said(
        {
            "rule": parameter.title_en,
            "limit": f"{value_with_unit(found)} {_counted(found)}",
            "from": f"{start:%A} {start}",
            "due": f"{due.due_on:%A} {due.due_on}",
            "article": cite(found.article).en,
            "confidence": _confidence(found),
            "calendar": "forecast: days off of that year are not announced yet" if forecast else "",
        }
    )
    if due.skipped:
        print_table(
            ("day", "why it does not count"),
            [(day.on, f"{day.name_en} ({day.name_vi})") for day in due.skipped],
        )


@command.command("next-price")
@click.argument("price", type=Amount())
@on_option
@currency_option
@json_option
def next_price(price: Decimal, on: date, currency: str, as_json: bool) -> None:
    """The lowest starting price the next round may have."""
    limit, unit = _limit_and_unit(on, currency)
    check_amount(price, unit, field="price")
    lowest = law.lowest_next_price(price, limit, unit)
    answer: Json = {
        "price": price,
        "currency": currency,
        "lowest_next_price": lowest,
        "max_reduction_pct": limit.number,
        "article": limit.article,
        "confidence": limit.confidence.value,
    }
    _print(answer, as_json)


@command.command()
@click.option("--price", type=Amount(), required=True, help="Starting price now.")
@click.option("--costs", type=Amount(), required=True, help="Costs the price is compared with.")
@on_option
@currency_option
@json_option
def forecast(price: Decimal, costs: Decimal, on: date, currency: str, as_json: bool) -> None:
    """How many greatest reductions bring a price down to the costs."""
    limit, unit = _limit_and_unit(on, currency)
    check_amount(price, unit, field="price")
    check_amount(costs, unit, field="costs")
    found = law.forecast(price, costs, limit, unit)
    answer: Json = {
        "reductions": found.reductions,
        "price_then": found.price_then,
        "reaches_costs": found.reaches_costs,
        "max_reduction_pct": limit.number,
        "article": limit.article,
        "confidence": limit.confidence.value,
    }
    if as_json:
        print_json({**answer, "prices": found.prices})
        return
    _said(answer)
    if found.prices:
        print_table(("reduction", "starting price"), _numbered(found.prices))


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@on_option
@json_option
def payout(file: Path, on: date, as_json: bool) -> None:
    """Divide proceeds among claims by the ranks of a day.

    FILE is JSON: {"net": 1000000, "claims": [{"rank": 1, "amount": 600000}]}.
    """
    said = _payout_said(file)
    rules = shipped_parameter("payment_ranks").rules
    claims = [payouts.Claim(claim.rank, claim.amount) for claim in said.claims]
    ranks = payouts.ranks_on(rules, on)
    payouts.check_claims(said.net, claims, ranks, on)
    claims = [payouts.Claim(claim.rank, Decimal(int(claim.amount))) for claim in claims]
    found = payouts.divide(Decimal(int(said.net)), claims)
    if as_json:
        print_json({"paid": found.paid, "left_for_debtor": found.left_for_debtor})
        return
    lines = [
        (number, claim.rank, f"{claim.amount:,}", f"{paid:,}", ranks[claim.rank].article)
        for number, (claim, paid) in enumerate(zip(claims, found.paid, strict=True), 1)
    ]
    print_table(("claim", "rank", "amount", "paid", "article"), lines)
    _said({"left for the debtor": f"{found.left_for_debtor:,}"})


def _payout_said(file: Path) -> PayoutSaid:
    try:
        return msgspec.json.decode(file.read_bytes().removeprefix(BOM_UTF8), type=PayoutSaid)
    except msgspec.MsgspecError as fault:
        reason = str(fault)
        raise Invalid(_("%(file)s: %(reason)s"), file=str(file), reason=reason) from fault


@command.command()
@click.argument("key")
@click.argument("value")
@click.option("--from", "since", type=Day(), help="First day of history; all of it if left out.")
@click.option("--to", "until", type=Day(), help="Last day of history; today if left out.")
@scope_option
@click.option("--unit", help="Unit of the value, such as d or wd; that of the row in use.")
@click.option("--region", help="Wage region where none is recorded, such as region_1.")
@json_option
@click.pass_obj
def simulate(settings: Settings, /, *, as_json: bool, **said: str | date | None) -> None:
    """What a value of a rule would have changed in recorded history; needs the database."""
    from service.cli.simulating import try_value  # noqa: PLC0415 - the calculators need no database

    answer = try_value(settings, said)
    if as_json:
        print_json(answer)
        return
    changes = answer.pop("changes")
    offices = answer.pop("offices")
    _said(answer)
    print_table(("change", "number"), sorted(changes.items()))
    print_table(("office", "change", "number"), offices)


@command.command("list")
@click.option("--on", type=Day(), help="Only rows in force on a day.")
@click.option("--markdown", is_flag=True, help="All rows as the page docs/legal-rules.md.")
@json_option
def list_rules(on: date | None, markdown: bool, as_json: bool) -> None:
    """Every rule with its value, article and confidence."""
    if markdown:
        click.echo(rules_page(), nl=False)
        return
    rules = [rule for rule in shipped_rules() if on is None or rule.serves(on)]
    if as_json:
        print_json([_described(rule) for rule in rules])
        return
    print_table(
        ("rule", "scope", "value", "from", "to", "article", "sure"),
        [
            (
                rule.key,
                rule.scope,
                value_with_unit(rule),
                rule.valid_from,
                rule.valid_to,
                rule.article,
                rule.confidence.value,
            )
            for rule in rules
        ],
    )


@command.command()
@click.argument("year", type=int, required=False)
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), help="Make the file anew."
)
@click.option("--years", type=(int, int), default=(2009, 2040), help="First and last to write.")
@click.option("--announced-through", type=int, help="Last year announced; as shipped if left out.")
@json_option
def calendar(
    year: int | None,
    write: Path | None,
    years: tuple[int, int],
    announced_through: int | None,
    as_json: bool,
) -> None:
    """Days off and exchanged Saturdays; or, with --write, made anew from the package holidays."""
    shipped = shipped_calendar()
    if write is not None:
        from auction.legal_rules import almanac  # noqa: PLC0415 - the package loads slowly

        through = announced_through or shipped.announced_through
        made = almanac.calendar_of_package(*years, through)
        write.write_text(almanac.calendar_text(made), "utf-8")
        note(f"{write}: {made.source}, {years[0]} to {years[1]}. {COMPARED_ON}")
        return
    days = [day for day in shipped.off.values() if year is None or day.on.year == year]
    worked = [day for day in shipped.worked if year is None or day.year == year]
    if as_json:
        described: Json = {"source": shipped.source, "announced_through": shipped.announced_through}
        print_json({**described, "off": [_skipped(day) for day in days], "worked": worked})
        return
    print_table(
        ("day off", "weekday", "name", "tên"),
        [(day.on, f"{day.on:%A}", day.name_en, day.name_vi) for day in days],
    )
    print_table(("worked Saturday", "for"), [(day, shipped.worked[day]) for day in worked])


def _limit_and_unit(on: date, currency: str) -> tuple[law.Rule, Decimal]:
    check_scope(currency)
    rules = [
        rule
        for parameter in shipped_parameters()
        if parameter.key in ("max_reduction_pct", "currency_smallest_unit")
        for rule in parameter.rules
    ]
    limit = law.choose_rule(rules, "max_reduction_pct", on)
    return limit, law.choose_rule(rules, "currency_smallest_unit", on, currency).number


def _described(rule: law.Rule) -> Json:
    return {
        "key": rule.key,
        "scope": rule.scope,
        "value": rule.value,
        "unit": rule.unit.value,
        "direction": rule.direction.value,
        "counted_from": rule.anchor,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "article": rule.article,
        "citation": cite(rule.article).en,
        "citation_vi": cite(rule.article).vi,
        "confidence": rule.confidence.value,
        "confirmed": rule.confidence is not law.Confidence.UNCONFIRMED,
        "note": rule.note_en,
        "note_vi": rule.note_vi,
    }


def _skipped(day: law.DayOff) -> Json:
    return {"date": day.on, "reason": day.name_en, "reason_vi": day.name_vi, "kind": day.kind.value}


def _print(answer: Json, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        _said(answer)


def _said(record: Json) -> None:
    print_record({name: value for name, value in record.items() if value not in (None, "")})


def _counted(rule: law.Rule) -> str:
    if rule.anchor is None:
        return ""
    return f"{label_of(rule.direction)} {word('events', rule.anchor).en}"


def _scope(rule: law.Rule) -> str:
    return word("scopes", rule.scope).en if rule.scope else "general"


def _confidence(rule: law.Rule) -> str:
    return f"{rule.confidence.value}: {label_of(rule.confidence)}"


def _numbered(prices: Iterable[Decimal]) -> list[tuple[int, str]]:
    return [(number, f"{price:,}") for number, price in enumerate(prices, 1)]

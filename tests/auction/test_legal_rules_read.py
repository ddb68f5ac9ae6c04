"""No rule lies there unread: each is asked for by code, and each limit that is met is begun."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from auction.deadlines.succession import AFTER
from auction.legal_rules.shipped import shipped_parameters
from auction.life.handbook import STEPS, step_forms
from auction.occurrences.rules import FORMS

ROOT = Path(__file__).parents[2]
PACKAGES = ("inventory", "auction", "reports", "service")

UNREAD = {
    "price_change_for_in_kind_judgment": "no judgment in kind is enforced by this program",
    "auction_file_retention": "nothing is ever removed",
    "need_no_seal": "seals are noted where there are some; none is asked for",
    "reconcile_keeper_accountant": "periods of the accountant's own books, kept elsewhere",
    "book_closing": "a register is closed by period as people ask for it",
    "stat_periods": "statistics of the Ministry, not made yet",
    "officer_report_due": "statistics of the Ministry, not made yet",
    "interagency_chain": "statistics of the Ministry, not made yet",
    "inspection_plan_due": "inspections of an office as a whole, not made yet",
    "inspection_followup_report": "inspections of an office as a whole, not made yet",
    "inspection_notice": "inspections of an office as a whole, not made yet",
    "complaint_window": "complaints are handled elsewhere; what they stop is a hold",
    "protest_window": "protests are handled elsewhere; what they stop is a hold",
    "protest_answer": "protests are handled elsewhere; what they stop is a hold",
    "flag_days_since_first_auction": "further indicators of the list of flags, not made yet",
    "flag_days_without_reduction": "further indicators of the list of flags, not made yet",
    "flag_same_organisation_failures": "further indicators of the list of flags, not made yet",
    "flag_collapsed_sales": "further indicators of the list of flags, not made yet",
    "flag_rounds_without_registrant": "further indicators of the list of flags, not made yet",
}
"""Rules that no code asks for, each with its reason; every other one must be read."""

BEGINS = frozenset({"set_limits", "set_deadline", "set_due", "_set_by_anchor", "Begun"})
"""Functions that begin a limit."""

BY_A_TABLE = {
    "delivery_due": "auction/sales/rules.py",
    "delivery_due_non_auction": "auction/sales/rules.py",
    "delivery_due_agreement": "auction/sales/rules.py",
    "coowner_priority_first": "auction/offers/commands/terms.py",
}
"""Limits whose parameter a table or a row in the database chooses, and where it stands."""


@cache
def sources() -> dict[Path, str]:
    """The program's own code."""
    files = (file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))
    return {file: file.read_text("utf-8") for file in files}


def named_in_code() -> set[str]:
    """Every word in quotes in the program's code, with the limits that the steps name."""
    quoted = {word for text in sources().values() for word in re.findall(r'"(\w+)(?:/\w+)?"', text)}
    return quoted | set(limits_of_steps())


def limits_of_steps() -> Iterator[str]:
    for form in step_forms().values():
        for limit in (*form.starts, *form.from_day, *form.told, *form.meets):
            yield limit.partition("/")[0]
        yield from (*form.then, *form.then.values())


def test_every_rule_is_read_by_some_code() -> None:
    read = named_in_code()
    unread = {parameter.key for parameter in shipped_parameters()} - read
    assert unread - UNREAD.keys() == set(), "read it, or say here why nothing does"


def test_no_exception_names_a_rule_that_is_gone_or_is_read_by_now() -> None:
    assert UNREAD.keys() <= {parameter.key for parameter in shipped_parameters()}
    assert UNREAD.keys() & named_in_code() == set()


@cache
def held_by_name() -> dict[str, set[str]]:
    """The texts that constants of the program hold, by their names."""
    found: dict[str, set[str]] = {}
    for text in sources().values():
        for node in ast.parse(text).body:
            if isinstance(node, ast.Assign):
                for name in (one for target in node.targets for one in ast.walk(target)):
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, set()).update(texts(node.value))
    return found


def texts(node: ast.AST) -> set[str]:
    inner = (one for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {one.value for one in inner if isinstance(one.value, str)}


def named_in(call: ast.Call) -> set[str]:
    """The limits in a call that begins some: written there, or held by a constant."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    names = {one.id for arg in arguments for one in ast.walk(arg) if isinstance(one, ast.Name)}
    kept = {key for name in names if name.isupper() for key in held_by_name().get(name, ())}
    return kept.union(*map(texts, arguments))


def begun() -> set[str]:
    """Limits that some act begins: by a step, an occurrence, the end of another, or by itself."""
    steps = step_forms().values()
    limits = [limit for form in steps for limit in (*form.starts, *form.from_day, *form.told)]
    limits += [limit for form in steps for limit in form.then.values()]
    limits += [limit for form in FORMS.values() for limit in form.starts]
    limits += [one.then for one in AFTER.values() if one.then]
    return {limit.partition("/")[0] for limit in limits} | begun_by_itself() | BY_A_TABLE.keys()


@cache
def begun_by_itself() -> set[str]:
    found: set[str] = set()
    for text in sources().values():
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in BEGINS:
                found |= named_in(call)
    return found


@pytest.mark.parametrize(("limit", "file"), BY_A_TABLE.items())
def test_a_table_still_names_what_it_chooses(limit: str, file: str) -> None:
    assert f'"{limit}"' in sources()[ROOT / file]


MET = sorted(
    {limit.partition("/")[0] for form in step_forms().values() for limit in form.meets}
    | {limit for form in step_forms().values() for limit in form.then}
    | {limit.partition("/")[0] for form in FORMS.values() for limit in form.meets}
)


@pytest.mark.parametrize("limit", MET)
def test_a_limit_that_is_met_is_begun_somewhere(limit: str) -> None:
    assert limit in begun()


def test_the_steps_say_nothing_that_the_program_does_not_read() -> None:
    known = {"code", "number", "paper_vi", "paper_en", "actor", "from", "to", "laws"}
    rows = tomllib.loads(STEPS.read_text("utf-8"))["step"]
    fields = {field for row in rows for field in row}
    forms = {name for form in step_forms().values() for name in form.__struct_fields__}
    assert fields <= known | forms

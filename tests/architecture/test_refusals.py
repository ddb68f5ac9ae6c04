"""Every refusal says its kind: by the law, with rule and article, or why it needs none."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import auction
import inventory
from inventory.base.errors import ByLaw, DomainError, Kind
from inventory.base.orm import CONSTRAINT_ERRORS

PACKAGES = (auction, inventory)
REASONS = {
    Kind.FORM: "what was typed is not what was asked for",
    Kind.ACCESS: "no permission, or not this person's part",
    Kind.UNKNOWN: "there is none, or it is of another office",
    Kind.DUPLICATE: "it was done before, or the number is taken",
    Kind.CONCURRENCY: "somebody else was faster",
    Kind.PLACE: "nothing is there, or left, for the act to act on",
    Kind.MACHINE: "a part of the machine does not serve",
}
"""Kinds that need no article, and why."""
UNDECIDED = {"DomainError", "Conflict"}
"""The two that only their kinds below decide."""


def every_kind(top: type[DomainError]) -> Iterator[type[DomainError]]:
    """All refusals below one, each once."""
    for kind in top.__subclasses__():
        yield kind
        yield from every_kind(kind)


@pytest.fixture(scope="module")
def refusals() -> list[type[DomainError]]:
    """All that auction and inventory may refuse with."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    mine = tuple(package.__name__ for package in PACKAGES)
    found = {one for one in every_kind(DomainError) if one.__module__.startswith(mine)}
    return sorted(found, key=lambda one: (one.__module__, one.__name__))


def test_every_refusal_is_by_the_law_or_says_why_it_needs_no_article(
    refusals: list[type[DomainError]],
) -> None:
    undecided = [
        f"{one.__module__}.{one.__name__}"
        for one in refusals
        if one.kind not in (REASONS.keys() | {Kind.LAW}) and one.__name__ not in UNDECIDED
    ]
    assert undecided == [], "derive it from Unlawful, Barred, NotEntitled, Duplicate, Overtaken, …"
    wrong = [one for one in refusals if (one.kind is Kind.LAW) != issubclass(one, ByLaw)]
    assert wrong == []


def test_no_rule_of_law_stands_for_a_constraint_of_a_table() -> None:
    """The database knows no article: what it refuses is a duplicate or came too late."""
    assert [name for name, one in CONSTRAINT_ERRORS.items() if issubclass(one, ByLaw)] == []


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of auction and inventory, and where it stands."""
    for package in PACKAGES:
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(root.parent)}:{node.lineno}", node


def test_no_article_is_typed_into_a_refusal_and_none_is_left_undecided(
    refusals: list[type[DomainError]],
) -> None:
    names = {one.__name__ for one in refusals}
    typed, bare = [], []
    for where, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in UNDECIDED:
            bare.append(where)
        said = {one.arg: one.value for one in call.keywords}
        if name in names and isinstance(said.get("article"), ast.Constant):
            typed.append(where)
    assert (typed, bare) == ([], [])

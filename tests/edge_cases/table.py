"""The table the edge cases are written into: one or more checks a case, with the article."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from tests.make.organisation import People

CASES = range(1, 51)
"""The numbers of the cases."""


class Office(NamedTuple):
    """Where a case happens: a session that is rolled back, and the people of an office."""

    session: Session
    people: People


Check = Callable[[Office], None]


class EdgeCase(NamedTuple):
    """One check of a case: its number, the article it stands on, and what happens."""

    number: int
    article: str
    check: Check

    @property
    def name(self) -> str:
        return f"{self.number:02}-{self.check.__name__} ({self.article})"


TABLE: list[EdgeCase] = []


def edge_case(number: int, article: str) -> Callable[[Check], Check]:
    """Write a check into the table under the number of its case."""

    def enter(check: Check) -> Check:
        TABLE.append(EdgeCase(number, article, check))
        return check

    return enter


def whole_table() -> list[EdgeCase]:
    """Every check of every ``case_*`` module beside this one, by number."""
    if not TABLE:
        for file in sorted(Path(__file__).parent.glob("case_*.py")):
            import_module(f"tests.edge_cases.{file.stem}")
    return sorted(TABLE, key=lambda case: (case.number, case.check.__name__))

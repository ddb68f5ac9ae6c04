"""What the law says on a day, for rooms below the one that holds the dated rules.

That room answers; the program hands its answers in where it is put together. So a number or a
choice of the law stands in no room of ours, and each comes with the article it stands on.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from inventory.base.errors import Basis


class Ruling(msgspec.Struct, frozen=True):
    """What a dated rule says for a step, and where it is written."""

    key: str
    value: int | str | tuple[int | str, ...]
    article: str
    confidence: str
    rule_id: int
    scope: str | None = None

    @property
    def basis(self) -> Basis:
        """The rule and the article a refusal stands on."""
        return Basis(article=self.article, rule=self.key)

    @property
    def codes(self) -> frozenset[str]:
        """The value as a set of codes."""
        value = self.value if isinstance(self.value, tuple) else (self.value,)
        return frozenset(map(str, value))


RulingsOn = Callable[[Session, str, date], list[Ruling]]
RulingOn = Callable[[Session, str, date, str | None], Ruling]
DueOn = Callable[[Session, str, date, str | None], date]
WorkingDayAfter = Callable[[Session, date, int], date]
LunarNewYear = Callable[[Session, date], tuple[date, date] | None]
AtHand = Callable[[Session], AbstractContextManager[None]]


class _Answers(NamedTuple):
    ruling: RulingOn
    due: DueOn
    working_day: WorkingDayAfter
    rulings: RulingsOn
    lunar_new_year: LunarNewYear
    at_hand: AtHand


_given: list[_Answers] = []


def answered_by(
    ruling_on: RulingOn,
    due: DueOn,
    working_day: WorkingDayAfter,
    rulings_on: RulingsOn,
    new_year: LunarNewYear,
    *,
    at_hand: AtHand,
) -> None:
    """Let these answer from now on; called only where the program is put together."""
    _given[:] = [_Answers(ruling_on, due, working_day, rulings_on, new_year, at_hand)]


def ruling(session: Session, key: str, on: date, scope: str | None = None) -> Ruling:
    """The row of law that serves a step on a day.

    Raises NotFound where no row speaks of that day or scope.
    """
    return _given[0].ruling(session, key, on, scope)


def rulings(session: Session, key: str, on: date) -> list[Ruling]:
    """Every row of a rule that serves on a day, one a scope, in one statement.

    Raises NotFound where no row speaks of that day.
    """
    return _given[0].rulings(session, key, on)


def law_at_hand(session: Session) -> AbstractContextManager[None]:
    """Inside, all questions to the law cost one short statement; nothing may change it there."""
    return _given[0].at_hand(session)


def due_on(session: Session, key: str, started_on: date, scope: str | None = None) -> date:
    """The day on which a limit ends that began with an event on a day."""
    return _given[0].due(session, key, started_on, scope)


def working_day_after(session: Session, start_on: date, days: int) -> date:
    """The last of so many working days after a day, for a term that people agreed on."""
    return _given[0].working_day(session, start_on, days)


def lunar_new_year(session: Session, near: date) -> tuple[date, date] | None:
    """The first and the last day off of the Lunar New Year nearest to a day."""
    return _given[0].lunar_new_year(session, near)

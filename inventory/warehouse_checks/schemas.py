"""What the team says, what the program says beside it, and what is printed."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from inventory.base.said import Line, Said
from inventory.papers.schemas import PaperData
from inventory.warehouse_checks.rules import NEUTRAL, Answer, Figure, Question


class NewAnswer(Said, frozen=True, kw_only=True):
    """The answer to a question; what is not in order is described."""

    question: Question
    answer: Answer
    note: Line | None = None


class NewCheck(Said, frozen=True, kw_only=True):
    """An inspection: when, by whom, and the answer to every question."""

    checked_on: date
    team: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    answers: Annotated[list[NewAnswer], msgspec.Meta(max_length=20)]
    note: Line | None = None


class Known(msgspec.Struct, frozen=True):
    """A figure the program knows."""

    figure: Figure
    count: int


class CountedRow(msgspec.Struct, frozen=True):
    """One of what a figure counted, and its page."""

    ref: str
    href: str
    what: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its article and what the program knows."""

    question: Question
    article: str
    known: tuple[Known, ...]

    @property
    def speaks_against(self) -> bool:
        """Whether a figure says that something is not in order."""
        return any(one.count and one.figure not in NEUTRAL for one in self.known)


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it was answered."""

    question: Question
    article: str
    answer: Answer
    note: str | None
    known: tuple[Known, ...]


class CheckRow(msgspec.Struct, frozen=True):
    """An inspection in a list."""

    id: int
    checked_on: date
    place_id: int
    place: str
    office: str
    team: str
    paper: str
    not_in_order: int


class WarehouseCheckPaper(PaperData, frozen=True, kw_only=True):
    """Minutes of the inspection of a warehouse."""

    warehouse: str
    address: str | None
    on: date
    team: str
    known_at: datetime
    """The moment of the figures."""
    answers: tuple[Answered, ...]

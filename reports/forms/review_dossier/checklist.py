"""The questions of the inspection and what the record already answers."""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from reports.forms.review_dossier.data import (
    AnswerPart,
    CustodyPart,
    ReviewPart,
    RoundPart,
    ValuationPart,
)


class Question(msgspec.Struct, frozen=True):
    """A question of the checklist as it is shipped."""

    number: int
    text: str
    basis: str
    confidence: str
    findings: tuple[str, ...] = ()
    check: str | None = None


class Record(msgspec.Struct, frozen=True):
    """The parts of a dossier that answer questions by themselves."""

    custody: Sequence[CustodyPart]
    valuations: Sequence[ValuationPart]
    rounds: Sequence[RoundPart]
    reviews: Sequence[ReviewPart]


Shown = tuple[str, tuple[int, ...]]


@cache
def questions() -> tuple[Question, ...]:
    """The shipped questions, in order."""
    raw = tomllib.loads((Path(__file__).parent / "checklist.toml").read_text())
    return msgspec.convert(raw["question"], tuple[Question, ...])


def answers(record: Record) -> tuple[AnswerPart, ...]:
    """Each question with the findings made to it and what the record shows."""
    found = {finding.code for review in record.reviews for finding in review.findings}
    return tuple(_answer(question, found, record) for question in questions())


def _answer(question: Question, found: set[str], record: Record) -> AnswerPart:
    shown = _CHECKS[question.check](record) if question.check else None
    return AnswerPart(
        number=question.number,
        question=question.text,
        basis=question.basis,
        confidence=question.confidence,
        findings=tuple(code for code in question.findings if code in found),
        record=shown[0] if shown else None,
        orders=shown[1] if shown else (),
    )


def _custody(record: Record) -> Shown:
    return ("custody_recorded" if record.custody else "custody_missing"), ()


def _certificate(record: Record) -> Shown | None:
    """Whether a valuation was in force at the first round; the team compares the contract's day."""
    if not record.valuations:
        return "valuation_missing", ()
    first = next((r for r in record.rounds if r.held_on), None)
    ends = [v.valid_until for v in record.valuations if v.valid_until is not None]
    if first is None or first.held_on is None or not ends:
        return None
    return ("certificate_valid" if max(ends) >= first.held_on else "certificate_expired"), ()


def _outcomes(record: Record) -> Shown | None:
    if not record.rounds:
        return None
    missing = tuple(r.order for r in record.rounds if r.outcome is None)
    return ("outcomes_missing", missing) if missing else ("outcomes_recorded", ())


def _reductions(record: Record) -> Shown | None:
    cuts = [(r.order, r.cut) for r in record.rounds if r.cut]
    if not cuts:
        return None
    deep = tuple(order for order, cut in cuts if cut.breach)
    return ("cuts_too_deep", deep) if deep else ("cuts_lawful", ())


_CHECKS: dict[str, Callable[[Record], Shown | None]] = {
    "custody": _custody,
    "certificate": _certificate,
    "outcomes": _outcomes,
    "reductions": _reductions,
}

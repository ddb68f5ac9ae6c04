"""From the frozen data of the minutes of a warehouse inspection to their HTML."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from inventory.papers.schemas import Letterhead, PaperData
from reports.forms.citations import cite
from reports.pdf.typesetting import template_version, typeset


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the program beside a question."""

    figure: str
    count: int


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its answer."""

    question: str
    article: str
    answer: str
    note: str | None = None
    known: tuple[Known, ...] = ()


class InspectionShape(PaperData, frozen=True, kw_only=True):
    """What the template reads of the minutes' data."""

    warehouse: str
    on: date
    team: str
    answers: tuple[Answered, ...]
    address: str | None = None
    known_at: datetime | None = None


def lay_out(template: str, letterhead: Letterhead, data: Mapping[str, Any]) -> str:
    """The HTML of the minutes; the same data give the same bytes."""
    return typeset(
        template,
        letterhead=letterhead,
        data=msgspec.convert(data, InspectionShape),
        basis=cite,
        version=template_version(template),
    )

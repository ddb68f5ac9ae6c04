"""How a paper is laid out, and what is told of one with its file."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

from inventory.papers.rules import PaperKind, PaperState
from inventory.papers.schemas import ChainLink, LaterPaper, Letterhead, PaperRow

D = TypeVar("D")


class Sheet(msgspec.Struct, Generic[D], frozen=True):
    """What a paper is printed from: the letterhead with its number, and its own data."""

    letterhead: Letterhead
    data: D


Layout = Callable[[str, Letterhead, Mapping[str, Any]], str]
"""From a template, a letterhead and frozen data to the HTML of a paper."""


class DocumentOut(msgspec.Struct, frozen=True, kw_only=True):
    """An issued paper with its file; without a hash it has not been printed yet."""

    reference: str
    number: str
    kind: PaperKind
    form_code: str | None
    title: str
    subject_kind: str
    subject_ref: str
    office: str
    dated_on: date
    issued_at: datetime
    issued_by: str
    state: PaperState
    follows: LaterPaper | None
    later: list[LaterPaper]
    chain: list[ChainLink]
    data_sha256: str
    template: str
    template_version: str | None = None
    sha256: str | None = None
    size: int | None = None
    printed_at: datetime | None = None


class DocumentRow(msgspec.Struct, frozen=True):
    """A paper in a list, and whether its file is there."""

    paper: PaperRow
    printed: bool

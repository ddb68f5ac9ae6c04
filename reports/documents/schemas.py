"""What every issued paper has in common (D30/20 Art. 8) and what is told of it afterwards."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Generic, TypeVar

import msgspec

from reports.documents.rules import DocumentKind


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """The first lines of a paper: who issues it, under which number, where and when."""

    parent: str | None
    body: str
    symbol: str
    place: str | None
    on: date
    number: int | None = None
    demonstration: bool = False


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs, on whose behalf, and to whom the paper goes."""

    on_behalf: str | None
    post: str
    name: str | None
    recipients: tuple[str, ...]


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot of a paper; each form adds its own parts."""

    letterhead: Letterhead
    signature: Signature


P = TypeVar("P", bound=Paper)


class Form(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """A kind of paper: the symbol after its number, its template and how a snapshot is laid out."""

    kind: DocumentKind
    symbol: str
    template: str
    lay_out: Callable[[P], str]


class NewDocument(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """A paper about to be issued: its form, its subject and the data it is drawn from."""

    form: Form[P]
    subject_kind: str
    subject_ref: str
    title: str
    paper: P


class DocumentOut(msgspec.Struct, frozen=True, kw_only=True):
    """An issued paper, without its pages."""

    reference: str
    number: str
    kind: str
    title: str
    subject_kind: str
    subject_ref: str
    office: str
    issued_at: datetime
    issued_by: str
    template: str
    template_version: str
    sha256: str
    size: int

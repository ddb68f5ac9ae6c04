"""Reading issued papers with their files, and checking that the files are what was printed."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import DomainError
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.storage import BlobStore
from inventory.papers import queries as papers
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import PaperRow
from reports.documents.models import PaperTemplate, PrintedPaper, TemplateSource
from reports.documents.schemas import DocumentOut, DocumentRow

NOT_PRINTED: Mapping[str, Any] = {}


class FilesChecked(msgspec.Struct, frozen=True):
    """How many printed papers were compared with their files, and the first that does not fit."""

    checked: int
    fault: str | None


def print_of(session: Session, paper_id: int) -> PrintedPaper | None:
    """The file of a paper, where it was printed already."""
    return session.scalar(select(PrintedPaper).where(PrintedPaper.paper_id == paper_id))


def template_of(session: Session, paper_id: int) -> tuple[str, dict[str, str]] | None:
    """The version of the template by which a paper was numbered, and its texts."""
    row = session.execute(
        select(TemplateSource.version, TemplateSource.sources)
        .join(PaperTemplate, PaperTemplate.version == TemplateSource.version)
        .where(PaperTemplate.paper_id == paper_id)
    ).first()
    return (row[0], row[1]) if row else None


def get_document_out(session: Session, actor: Actor, reference: str) -> DocumentOut:
    """One issued paper with its file.

    Raises PaperUnknown, also for a paper of a foreign office.
    """
    paper = papers.get_paper_out(session, actor, reference)
    p = PrintedPaper
    statement = (
        select(p.template_version, p.sha256, p.size, p.printed_at)
        .join(Paper, Paper.id == p.paper_id)
        .where(Paper.reference == reference)
    )
    printed = session.execute(statement).mappings().first()
    return DocumentOut(**msgspec.structs.asdict(paper), **(printed or NOT_PRINTED))


def list_documents(
    session: Session,
    actor: Actor,
    *,
    kind: PaperKind | None = None,
    number: str | None = None,
    about: tuple[str, str] | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DocumentRow]:
    """Papers in sight, newest first, and which of them have their file."""
    page = papers.list_papers(
        session, actor, kind=kind, number=number, about=about, cursor=cursor, size=size
    )
    printed = _printed(session, page.items)
    rows = [DocumentRow(paper, paper.id in printed) for paper in page.items]
    return Page(rows, page.next_cursor)


def unprinted(session: Session, before: datetime, n: int = 100) -> list[int]:
    """Papers issued before a moment that have no file yet, oldest first."""
    statement = (
        select(Paper.id)
        .outerjoin(PrintedPaper, PrintedPaper.paper_id == Paper.id)
        .where(PrintedPaper.paper_id.is_(None), Paper.issued_at < before)
    )
    return list(session.scalars(statement.order_by(Paper.id).limit(n)))


def check_files(session: Session, files: BlobStore) -> FilesChecked:
    """Compare every printed paper with its stored file."""
    checked = 0
    statement = (
        select(Paper.reference, PrintedPaper.sha256)
        .join(Paper, Paper.id == PrintedPaper.paper_id)
        .order_by(PrintedPaper.paper_id)
    )
    with closing(session.execute(statement.execution_options(yield_per=1000))) as rows:
        for reference, digest in rows:
            checked += 1
            try:
                files.get(digest)
            except DomainError as error:
                return FilesChecked(checked, f"{reference}: {error}")
    return FilesChecked(checked, None)


def _printed(session: Session, listed: Sequence[PaperRow]) -> set[int]:
    ids = [paper.id for paper in listed]
    if not ids:
        return set()
    return set(session.scalars(select(PrintedPaper.paper_id).where(PrintedPaper.paper_id.in_(ids))))

"""Issued papers over REST."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.jobs import Transactions
from inventory.base.listing import Page
from inventory.base.storage import BlobStore
from inventory.papers.queries import get_paper
from inventory.papers.rules import PaperKind
from reports.documents import queries
from reports.documents.schemas import DocumentOut, DocumentRow
from reports.documents.store import pdf_of, provide_files, provide_transactions


class DocumentsApi(Controller):
    """Papers that were issued; they are never changed."""

    path = "/api/v1/documents"
    tags = ("Documents",)
    dependencies = {  # noqa: RUF012 - litestar's form
        "files": Provide(provide_files, sync_to_thread=False),
        "transactions": Provide(provide_transactions, sync_to_thread=False),
    }

    @get("/", permission="documents.read", sync_to_thread=False)
    def list_documents(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        kind: FromQuery[PaperKind | None] = None,
        number: FromQuery[str | None] = None,
        subject_kind: FromQuery[str | None] = None,
        subject_ref: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[DocumentRow]:
        """Papers of the offices in sight, newest first; of a kind, a number, or about one thing."""
        about = (subject_kind, subject_ref) if subject_kind and subject_ref else None
        return queries.list_documents(
            session, actor, kind=kind, number=number, about=about, cursor=cursor
        )

    @get("/{reference:str}", permission="documents.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> DocumentOut:
        """What a paper is, what became of it, its template and the hash of its file."""
        return queries.get_document_out(session, actor, reference)

    @get(
        "/{reference:str}/pdf",
        permission="documents.read",
        sync_to_thread=False,
        media_type="application/pdf",
    )
    def pdf(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        transactions: NamedDependency[Transactions],
        reference: FromPath[str],
    ) -> Response[bytes]:
        """The stored file; a reprint is byte for byte what was printed first."""
        paper = get_paper(session, actor, reference)
        return pdf_of(session, transactions, files, paper, at=at)

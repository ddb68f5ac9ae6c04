"""Issued papers over REST."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from reports.documents import queries
from reports.documents.schemas import DocumentOut
from reports.documents.store import pdf_answer, provide_files


class DocumentsApi(Controller):
    """Papers that were issued; they are never changed."""

    path = "/api/v1/documents"
    tags = ("Documents",)
    dependencies = {"files": Provide(provide_files, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @get("/{reference:str}", permission="documents.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> DocumentOut:
        """What a paper is, from which template it was drawn, and the hash of its file."""
        return queries.get_document_out(session, actor, reference)

    @get(
        "/{reference:str}/pdf",
        permission="documents.read",
        sync_to_thread=False,
        media_type="application/pdf",
    )
    def pdf(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        files: NamedDependency[BlobStore],
        reference: FromPath[str],
    ) -> Response[bytes]:
        """The stored file; a reprint is byte for byte what was issued."""
        document = queries.get_document(session, actor, reference)
        return pdf_answer(reference, document.sha256, files.get(document.sha256))

"""Issued papers in a browser."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from reports.documents import queries
from reports.documents.store import pdf_answer, provide_files


class DocumentsPages(Controller):
    """The paper itself."""

    include_in_schema = False
    dependencies = {"files": Provide(provide_files, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @get("/documents/{name:str}", permission="documents.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        files: NamedDependency[BlobStore],
        name: FromPath[str],
    ) -> Response[bytes]:
        """``/documents/VB-0000012-3.pdf``: the file as it was issued."""
        document = queries.get_document(session, actor, name.removesuffix(".pdf"))
        return pdf_answer(document.reference, document.sha256, files.get(document.sha256))

"""Where the files of issued papers are kept by a running program, and how one is handed out."""

from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM, Actor
from inventory.base.jobs import Transactions
from inventory.base.storage import BlobStore
from inventory.papers.models import Paper
from reports.documents.commands import print_paper
from reports.documents.queries import print_of


def provide_files(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> BlobStore:  # noqa: ARG001
    """The file store of the application; rests on actor so that one is provided after the other."""
    store: BlobStore = request.app.state["files"]
    return store


def provide_transactions(
    request: Request[Any, Any, Any],
    files: NamedDependency[BlobStore],  # noqa: ARG001
) -> Transactions:
    """Transactions of the program itself, for what a reading request must write down."""
    transaction = request.app.state["database"].transaction
    opened: partial[AbstractContextManager[Session]] = partial(transaction, SYSTEM)
    return opened


def pdf_of(
    session: Session,
    transactions: Transactions,
    files: BlobStore,
    paper: Paper,
    *,
    at: datetime,
) -> Response[bytes]:
    """The file of a paper that the reader may see; printed now where the queue was slower.

    Reading ends first, so that the request never holds two connections.
    """
    reference, printed = paper.reference, print_of(session, paper.id)
    if printed is None:
        paper_id = paper.id
        session.commit()
        with transactions() as writing:
            printed = print_paper(writing, paper_id, files, at=at)
    return pdf_answer(reference, printed.sha256, files.get(printed.sha256))


def pdf_answer(
    reference: str, digest: str, content: bytes, *, status: int = 200
) -> Response[bytes]:
    """An issued paper as it was printed, to be shown in the browser."""
    return Response(
        content,
        status_code=status,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{reference}.pdf"',
            "ETag": f'"{digest}"',
        },
    )

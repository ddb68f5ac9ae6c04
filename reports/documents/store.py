"""Where the files of issued papers are kept by a running program."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore


def provide_files(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> BlobStore:  # noqa: ARG001
    """The file store of the application; rests on actor so that one is provided after the other."""
    return BlobStore(request.app.state["database"].settings.files_dir)


def pdf_answer(
    reference: str, digest: str, content: bytes, *, status: int = 200
) -> Response[bytes]:
    """An issued paper as it was issued, to be shown in the browser."""
    return Response(
        content,
        status_code=status,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{reference}.pdf"',
            "ETag": f'"{digest}"',
        },
    )

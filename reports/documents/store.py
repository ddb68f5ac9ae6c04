"""Where the files of issued papers are kept by a running program."""

from typing import Any

from litestar import Request, Response

from inventory.base.storage import BlobStore


def provide_files(request: Request[Any, Any, Any]) -> BlobStore:
    """The file store of the application."""
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

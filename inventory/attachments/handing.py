"""Files out of a request and into an answer: what the pages and the interface share."""

import re
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from inventory.attachments.rules import SHOWN_IN_BROWSER
from inventory.attachments.schemas import Incoming, Stored
from inventory.base.answers import FileAnswer
from inventory.base.said import tidy
from inventory.base.storage import BlobStore
from inventory.base.uploads import Form, files_in

AnyRequest = Request[Any, Any, Any]


def incoming_files(form: Form) -> list[Incoming]:
    """The files of a form; a name is what comes after the last slash of either kind."""
    return [
        Incoming(_bare(file.filename), file.content, file.sha256, file.size)
        for file in files_in(form, "files")
    ]


def file_answer(request: AnyRequest, files: BlobStore, stored: Stored) -> Response[Any]:
    """A content of the store, compared with its hash before the first byte leaves.

    Who has it already is only told that it has not changed.
    """
    tag = f'"{stored.sha256}"'
    headers = {
        "Content-Disposition": _disposition(stored),
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(None, status_code=304, headers=headers)
    file = files.open(stored.sha256)
    size = file.seek(0, 2)
    file.seek(0)
    return FileAnswer(file, size=size, media_type=stored.media_type, headers=headers)


def _disposition(stored: Stored) -> str:
    """Pictures and PDFs are shown, all else is saved; the name in letters that headers know."""
    how = "inline" if stored.media_type in SHOWN_IN_BROWSER else "attachment"
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", stored.name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(stored.name, safe='')}"


def _bare(name: str) -> str:
    return tidy(PurePath(name.replace("\\", "/")).name).replace("\n", " ") or "?"

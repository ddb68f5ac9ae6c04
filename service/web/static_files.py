"""Style sheet, scripts and icons: content-hashed names that a browser may keep for a year."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

FOLDER = Path(__file__).parent / "static"
BASE = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"


class StaticFile(msgspec.Struct, frozen=True):
    """A shipped file, held in memory with its hash."""

    body: bytes
    zipped: bytes | None
    digest: str
    media_type: str


@cache
def shipped() -> frozenset[str]:
    """The plain names of all files; nothing else is ever opened."""
    found = (path for path in FOLDER.rglob("*") if path.is_file())
    return frozenset(path.relative_to(FOLDER).as_posix() for path in found)


@cache
def static_file(name: str) -> StaticFile:
    """A shipped file by its plain name.

    Raises NotFoundException.
    """
    if name not in shipped():
        raise NotFoundException
    path = FOLDER / name
    body = path.read_bytes()
    zipped = gzip.compress(body, 6, mtime=0)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    smaller = zipped if len(zipped) < len(body) * 0.9 else None
    return StaticFile(body, smaller, hashlib.sha256(body).hexdigest()[:12], media_type)


def static_url(name: str) -> str:
    """The address of a shipped file; it changes whenever the file does."""
    stem, dot, ending = name.rpartition(".")
    return f"{BASE}/{stem}.{static_file(name).digest}{dot}{ending}"


@get(f"{BASE}/{{path:path}}", public=True, include_in_schema=False, sync_to_thread=False)
def serve_static(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    """A shipped file, under its hashed name for ever, under its plain name with a question back."""
    name = path.lstrip("/")
    plain, digest = _without_digest(name)
    hashed = digest is not None
    found = static_file(plain if hashed else name)
    if hashed and digest != found.digest:
        raise NotFoundException
    headers = {
        "ETag": f'"{found.digest}"',
        "Cache-Control": FOR_EVER if hashed else ASK_AGAIN,
        "Vary": "Accept-Encoding",
    }
    if f'"{found.digest}"' in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.TEXT)
    body = found.body
    if found.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = found.zipped
    return Response(body, headers=headers, media_type=found.media_type)


def _without_digest(name: str) -> tuple[str, str | None]:
    stem, _, ending = name.rpartition(".")
    base, _, digest = stem.rpartition(".")
    is_digest = len(digest) == 12 and all(letter in "0123456789abcdef" for letter in digest)
    return (f"{base}.{ending}", digest) if base and is_digest else (name, None)

"""Forms with files: read piece by piece into nameless files on disk, hashed on the way.

A nameless file is gone when it is closed, whatever happens to the process.
"""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from inventory.base.errors import Invalid, TooLarge
from inventory.base.messages import _
from inventory.base.storage import room_needed

MOST_PARTS = 200
LONGEST_TEXT = 64 * 1024
AT_ONCE = 512 * 1024
"""So much is collected before a thread writes it."""

CSRF_FIELD = "_csrf_token"

Form = dict[str, Any]
"""Texts and files by name; a list where a name came more than once."""


class ReceivedFile(UploadFile):
    """A file as it came in, with its hash and its size."""

    __slots__ = ("_hash", "_waiting", "size")

    def __init__(self, filename: str, content_type: str, folder: Path) -> None:
        self.filename = filename
        self.content_type = content_type
        self.headers = {}
        self.file = tempfile.TemporaryFile(dir=folder)  # type: ignore[assignment]  # noqa: SIM115
        self.size = 0
        self._hash = hashlib.sha256()
        self._waiting = bytearray()

    @property
    def content(self) -> BinaryIO:
        """The file itself, from its beginning."""
        self.file.seek(0)
        return cast("BinaryIO", self.file)

    @property
    def sha256(self) -> str:
        """The hash of what came in."""
        return self._hash.hexdigest()

    async def take(self, piece: bytes | bytearray) -> None:
        """Take the next piece."""
        self._waiting += piece
        if len(self._waiting) >= AT_ONCE:
            await self.settle()

    async def settle(self) -> None:
        """Bring to the disk what still waits."""
        if self._waiting:
            waiting, self._waiting = self._waiting, bytearray()
            self._write(waiting)

    async def close(self) -> None:
        """Close and so remove the file; waits for nothing, a request in its thread may call it."""
        self.file.close()

    def _write(self, piece: bytearray) -> None:
        self._hash.update(piece)
        self.size += len(piece)
        with room_needed():
            self.file.write(piece)


async def read_form(stream: AsyncIterator[bytes], boundary: str, folder: Path) -> Form:
    """The fields of a multipart body; its files are closed again where it cannot be read.

    Raises Invalid, TooLarge, Unavailable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reader = _Reader(folder)
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_PARTS) as parser:
            async for chunk in stream:
                if parser.closed:
                    break
                for event in parser.parse(chunk):
                    await reader.take(event)
    except BaseException as error:
        close_files(reader.form)
        reader.drop()
        if isinstance(error, ParserLimitReached):
            raise TooLarge(_("That is more than may be sent at once.")) from error
        if isinstance(error, MultipartError | UnicodeDecodeError):
            raise Invalid(
                _("The form cannot be read; it may have been cut off on its way. Send it again.")
            ) from error
        raise
    return reader.form


def received(request: Request[Any, Any, Any]) -> Form:
    """The form that was read before the route was called; an empty one where none came."""
    form: Any = ScopeState.from_scope(request.scope).form
    return {} if form is Empty else form


def close_files(form: Mapping[str, Any]) -> None:
    """Close, and so remove, the files of a form."""
    for file in files_in(form):
        file.file.close()


def files_in(form: Mapping[str, Any], name: str | None = None) -> list[ReceivedFile]:
    """The files of a form, or those under one name, in the order they came."""
    chosen = [form.get(name)] if name is not None else form.values()
    return [
        value
        for given in chosen
        for value in (given if isinstance(given, list) else [given])
        if isinstance(value, ReceivedFile)
    ]


def texts_in(form: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a form; of several under one name the last."""
    last = {name: v[-1] if isinstance(v, list) else v for name, v in form.items()}
    return {name: value for name, value in last.items() if isinstance(value, str)}


def fingerprint(form: Mapping[str, Any]) -> bytes:
    """What a form says, however its parts were divided on the way: to know a repeated request."""
    lines = [
        f"{name}\n{value.filename}\n{value.sha256}"
        if isinstance(value, ReceivedFile)
        else f"{name}\n{value}"
        for name, value in _each(form)
        if name != CSRF_FIELD
    ]
    return "\0".join(lines).encode()


def _each(form: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, given in form.items():
        for value in given if isinstance(given, list) else [given]:
            yield name, value


class _Reader:
    """Puts the events of the parser together to fields."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.form: Form = {}
        self._name = ""
        self._part: ReceivedFile | bytearray = bytearray()

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """Take the head, a piece, or the end of a part."""
        if isinstance(event, MultipartSegment):
            self._name = event.name
            self._part = bytearray()
            if event.filename:
                kind = event.content_type or "application/octet-stream"
                self._part = ReceivedFile(event.filename, kind, self.folder)
        elif event:
            await self._extend(event)
        else:
            await self._finish()

    def drop(self) -> None:
        """Remove the file that was being read."""
        if isinstance(self._part, ReceivedFile):
            self._part.file.close()

    async def _extend(self, piece: bytes | bytearray) -> None:
        if isinstance(self._part, ReceivedFile):
            await self._part.take(piece)
            return
        self._part += piece
        if len(self._part) > LONGEST_TEXT:
            raise TooLarge(_("That is more than may be sent at once."))

    async def _finish(self) -> None:
        part = self._part
        if isinstance(part, ReceivedFile):
            await part.settle()
        value = part if isinstance(part, ReceivedFile) else part.decode()
        before = self.form.get(self._name)
        if before is None:
            self.form[self._name] = value
        else:
            self.form[self._name] = [*(before if isinstance(before, list) else [before]), value]
        self._part = bytearray()

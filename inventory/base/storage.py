"""Files by the hash of their content: written once, never changed, checked when read.

Nothing is held in memory as a whole: a file object goes in, piece by piece; a file object whose
hash was just checked comes out. Where the files lie is a shelf: a folder here, or a bucket of an
object store (``inventory.base.bucket``).
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from inventory.base.errors import NotFound, Unavailable, Unfit
from inventory.base.messages import _

PIECE = 256 * 1024
INCOMING = "incoming"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Kept(NamedTuple):
    """What a content is known by, and how many bytes it has."""

    sha256: str
    size: int


class Readable(Protocol):
    """Whatever gives its bytes piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes, none at the end."""
        ...


class Shelf(Protocol):
    """Where contents lie under their hash."""

    def keep(self, source: Readable) -> Kept:
        """Write a content whole or not at all."""
        ...

    def open(self, digest: str) -> BinaryIO:
        """Read a content.

        Raises FileNotFoundError.
        """
        ...

    def tidy(self, before: datetime) -> int:
        """Remove what a process that was killed left half written."""
        ...


class BlobStore:
    """Contents named by their SHA-256, in hexadecimal."""

    def __init__(self, shelf: Shelf | Path) -> None:
        self.shelf = Folder(shelf) if isinstance(shelf, Path) else shelf

    def put(self, content: bytes) -> str:
        """Store a small content, answer its SHA-256; storing the same again changes nothing."""
        return self.keep(BytesIO(content)).sha256

    def keep(self, source: Readable) -> Kept:
        """Store what a file object gives; a source that breaks off leaves nothing behind.

        Raises Unavailable where there is no room.
        """
        with room_needed():
            return self.shelf.keep(source)

    def get(self, digest: str) -> bytes:
        """A small content.

        Raises NotFound where it is not stored, Conflict where it no longer fits its hash.
        """
        with closing(self.open(digest)) as file:
            return file.read()

    def open(self, digest: str) -> BinaryIO:
        """A content from its beginning, after all of it was compared with its hash.

        Raises NotFound, Conflict, as ``get``.
        """
        try:
            with room_needed():
                file = self.shelf.open(digest)
        except FileNotFoundError:
            raise NotFound(_("The file is not in the store.")) from None
        with _closed_on_failure(file):
            if hash_of(file).sha256 == digest:
                file.seek(0)
                return file
            raise Unfit(_("The stored file no longer fits its hash."))

    def check(self, digest: str) -> int:
        """Compare a stored content with its hash; its size.

        Raises NotFound, Conflict, as ``get``.
        """
        with closing(self.open(digest)) as file:
            return file.seek(0, os.SEEK_END)

    def tidy(self, before: datetime) -> int:
        """Remove what killed processes left half written before a moment."""
        return self.shelf.tidy(before)


class Folder:
    """A folder; a content appears in it under its name at once and whole, or never."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, source: Readable) -> Kept:
        """Copy to a draft on the same disk, wait for the disk, give it its name."""
        drafts = self.folder / INCOMING
        drafts.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=drafts)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                kept = copy(source, file.write)
                file.flush()
                os.fsync(file.fileno())
            path = self._path(kept.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(path)
            _sync_folder(path.parent)
        finally:
            draft.unlink(missing_ok=True)
        return kept

    def open(self, digest: str) -> BinaryIO:
        """The file of a hash."""
        return self._path(digest).open("rb")

    def tidy(self, before: datetime) -> int:
        """Remove drafts that nobody has written to since."""
        drafts = self.folder / INCOMING
        old = [path for path in drafts.glob("*") if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest


def pieces(source: Readable) -> Iterator[bytes]:
    """The bytes of a file object, a piece at a time."""
    while piece := source.read(PIECE):
        yield piece


def copy(source: Readable, write: Callable[[bytes], object]) -> Kept:
    """Hand all pieces on, hashing them on the way."""
    sha256, size = hashlib.sha256(), 0
    for piece in pieces(source):
        sha256.update(piece)
        size += len(piece)
        write(piece)
    return Kept(sha256.hexdigest(), size)


def hash_of(source: Readable) -> Kept:
    """The hash and size of what a file object still has to give."""
    return copy(source, lambda _piece: None)


@contextmanager
def room_needed() -> Iterator[None]:
    """Say so where the disk is full.

    Raises Unavailable.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Unavailable(
            _("There is no room left for files; nothing was stored."), seconds=300
        ) from error


@contextmanager
def _closed_on_failure(file: BinaryIO) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.close()
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Reading the files of a source as a stream: strict UTF-8, bounded lines, the header first.

Nothing is kept: a file of any size takes the memory of one row. What is wrong with the file as a
whole refuses it; what is wrong with a row is left to whoever reads the rows.
"""

import csv
import gzip
import hashlib
import io
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

from auction.imports.rules import FilesUnreadable
from inventory.base.errors import Param
from inventory.base.messages import _

LONGEST_LINE = 1 << 20
"""Bytes a line may have; the longest real one seen has about four thousand."""

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"

Row = tuple[int, list[str]]
"""The line a record begins on, and its cells."""


class Counted(io.RawIOBase):
    """A file that counts and hashes what is read from it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self._hash = hashlib.sha256()
        self.size = path.stat().st_size
        self.position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # io's type is wider
        """The next bytes."""
        n = self._file.readinto(buffer) or 0
        self._hash.update(memoryview(buffer)[:n])
        self.position += n
        return n

    def sha256(self) -> str:
        """The SHA-256 of the file, read to its end."""
        while block := self.read(1 << 20):
            del block
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
        super().close()


class Table:
    """One file of a source, opened: its header is read and its rows can be gone through once."""

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.name = path.name
        self.file = Counted(path)
        self._content = _content(self.file)
        self._lines = 0
        self._last = 0
        self._csv = csv.reader(self._texts(), delimiter=delimiter, strict=True)
        try:
            self.header = self._header()
        except FilesUnreadable:
            self.close()
            raise

    def rows(self) -> Iterator[Row]:
        """The records below the header and the lines they begin on; empty lines are no records."""
        while True:
            begins = self._last + 1
            record = self._next()
            if record is None:
                return
            if record:
                yield begins, record

    def close(self) -> None:
        """Let the file go."""
        self._content.close()
        self.file.close()

    def _header(self) -> list[str]:
        header = self._next()
        if not header:
            raise self._refused(_("%(file)s is empty: it has not even a header."))
        names = [name.strip() for name in header]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise self._refused(
                _("%(file)s has the column %(column)s twice."), column=sorted(doubled)[0]
            )
        return names

    def _next(self) -> list[str] | None:
        try:
            record = next(self._csv, None)
        except csv.Error as error:
            raise self._refused(
                _("%(file)s is not proper CSV on line %(line)s: %(reason)s."),
                line=self._last + 1,
                reason=str(error),
            ) from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise self._refused(
                _("%(file)s is broken after line %(line)s: %(reason)s."),
                line=self._lines,
                reason=str(error),
            ) from error
        self._last = self._lines
        return record

    def _texts(self) -> Iterator[str]:
        offset = 0
        while line := self._content.readline(LONGEST_LINE + 1):
            self._lines += 1
            if len(line) > LONGEST_LINE:
                raise self._refused(
                    _("%(file)s: line %(line)s is longer than %(limit)s bytes."),
                    line=self._lines,
                    limit=LONGEST_LINE,
                )
            yield self._text(line, offset)
            offset += len(line)

    def _text(self, line: bytes, offset: int) -> str:
        if offset == 0:
            line = line.removeprefix(_BOM)
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._refused(
                _("%(file)s is not UTF-8: line %(line)s, byte %(byte)s (0x%(value)s)."),
                line=self._lines,
                byte=offset + error.start + 1,
                value=f"{line[error.start]:02x}",
            ) from error
        if "\0" in text:
            raise self._refused(
                _("%(file)s is not a text: line %(line)s has a NUL byte."), line=self._lines
            )
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _refused(self, msgid: str, **params: Param) -> FilesUnreadable:
        refusal = FilesUnreadable(msgid, file=self.name)
        refusal.params.update(params)
        return refusal


def open_table(folder: Path, file: str, delimiter: str = ",") -> Table:
    """A file of a folder, plain or compressed (.gz), with its header read.

    Raises FilesUnreadable.
    """
    plain, packed = folder / file, folder / f"{file}.gz"
    if not plain.is_file() and not packed.is_file():
        raise FilesUnreadable(
            _("There is no %(file)s (or %(file)s.gz) in %(folder)s."), file=file, folder=str(folder)
        )
    if plain.is_file() and packed.is_file():
        raise FilesUnreadable(
            _("%(folder)s has both %(file)s and %(file)s.gz; leave one."),
            file=file,
            folder=str(folder),
        )
    return Table(plain if plain.is_file() else packed, delimiter)


def _content(file: Counted) -> "io.BufferedReader[Counted] | gzip.GzipFile":
    buffered = io.BufferedReader(file, 1 << 16)
    if buffered.peek(2)[:2] == _GZIP:
        return gzip.GzipFile(fileobj=buffered, mode="rb")
    return buffered

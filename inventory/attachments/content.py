"""What a file is by its content, before anybody opens it: names and announced types say nothing."""

import os
import struct
import zipfile
from typing import BinaryIO

import puremagic

from inventory.attachments.rules import MEGABYTE, FileRefused, Kind, Limits
from inventory.base.messages import _

HEAD = 4096
TAIL = 2048
MOST_ENTRIES = 5000
_LONGEST_END = 22 + 65535
_OFFICE = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX}
_CONTENT_TYPES = "[Content_Types].xml"


def true_kind(file: BinaryIO, size: int, name: str, limits: Limits) -> Kind:
    """What a file is; pictures are still to be opened.

    Raises FileRefused.
    """
    if not size:
        raise FileRefused(_("%(name)s is empty."), name=name)
    if size > limits.file:
        most = limits.file // MEGABYTE
        raise FileRefused(_("%(name)s is larger than %(most)s MB."), name=name, most=most)
    file.seek(0)
    head = file.read(HEAD)
    if kind := _picture(head):
        return kind
    if head.startswith(b"%PDF-"):
        return _pdf(file, size, name)
    if head.startswith(b"PK\x03\x04"):
        return _office(file, name, limits)
    raise _not_taken(name, _found(head))


def _picture(head: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    return Kind.WEBP if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _pdf(file: BinaryIO, size: int, name: str) -> Kind:
    """A PDF has its end too: one that was cut off has not."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise FileRefused(_("%(name)s is a PDF that is damaged or cut off."), name=name)
    return Kind.PDF


def _office(file: BinaryIO, name: str, limits: Limits) -> Kind:
    """An office document is an archive; only its list of contents is read, nothing is unpacked."""
    _few_entries(file, name)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError):
        raise FileRefused(
            _("%(name)s is an archive that is damaged or cut off."), name=name
        ) from None
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > limits.unpacked:
        raise FileRefused(_("%(name)s unpacks to more than is taken."), name=name)
    for part, kind in _OFFICE.items():
        if part in names and _CONTENT_TYPES in names:
            return kind
    raise _not_taken(name, "ZIP")


def _few_entries(file: BinaryIO, name: str) -> None:
    """An archive says at its end how many entries it has; a long list is not even read."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _LONGEST_END))
    tail = file.read(_LONGEST_END)
    record = tail[tail.rfind(b"PK\x05\x06") :][:22]
    if len(record) == 22 and b"PK\x06\x07" not in tail:
        entries, length = struct.unpack("<10xHI6x", record)
        if entries <= MOST_ENTRIES and length <= MEGABYTE:
            return
    raise FileRefused(_("%(name)s is an archive that is damaged or too large."), name=name)


def _found(head: bytes) -> str:
    """What the content looks like, in a word, for the person who chose the file."""
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    ending = next((guess.extension for guess in guesses if guess.extension), "")
    return ending.lstrip(".").upper()


def _not_taken(name: str, found: str) -> FileRefused:
    if not found:
        return FileRefused(
            _("%(name)s is no JPEG, PNG, WebP, PDF, DOCX or XLSX file; others are not taken."),
            name=name,
        )
    return FileRefused(
        _("%(name)s is %(found)s; only JPEG, PNG, WebP, PDF, DOCX and XLSX files are taken."),
        name=name,
        found=found,
    )

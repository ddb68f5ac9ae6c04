"""Makes pictures and files as phones and scanners do, and some that they never would."""

import struct
import tempfile
import zipfile
import zlib
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

from inventory.attachments.schemas import Incoming

TAKEN_AT = "2026:11:20 08:15:30"
LATITUDE, LONGITUDE = 21.028511, 105.804817
ZIP_OF_NOTHING = b"PK\x05\x06" + bytes(18)


def picture(
    width: int = 800,
    height: int = 600,
    *,
    form: str = "JPEG",
    colour: str = "steelblue",
    orientation: int | None = None,
    gps: bool = False,
) -> bytes:
    """A picture whose left upper corner is red; with what a phone writes into it if asked."""
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="red")
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if gps:
        exif[0x010F], exif[0x0110] = "Acme", "Phone 9"
        exif[0x8769] = {0x9003: TAKEN_AT}
        exif[0x8825] = {
            1: "N",
            2: (21.0, 1.0, 42.6396),
            3: "E",
            4: (105.0, 48.0, 17.3412),
        }
    out = BytesIO()
    image.save(out, form, exif=exif, comment=b"hidden words" if form == "JPEG" else None)
    return out.getvalue()


def enormous_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(padding: int = 0) -> bytes:
    """A small document, or one of any length."""
    return b"%PDF-1.4\n" + b" " * padding + b"\ntrailer<<>>\nstartxref\n0\n%%EOF\n"


def office(part: str = "word/document.xml", *, size: int = 100, entries: int = 0) -> bytes:
    """An office document: an archive with the part that makes it one."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, bytes(size))
        for number in range(entries):
            archive.writestr(f"n{number}", b"")
    return out.getvalue()


def incoming(content: bytes, name: str = "anh.jpg") -> Incoming:
    """A file as it is received: without a name on the disk, hashed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the test
    file.write(content)
    file.seek(0)
    return Incoming(name, file, sha256(content).hexdigest(), len(content))

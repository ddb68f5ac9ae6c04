"""What may be attached, of what size, and what a picture shows."""

from enum import StrEnum

import msgspec

from inventory.base.errors import Duplicate, Forbidden, Invalid, Unavailable, Unfit
from inventory.base.messages import _, labels

MEGABYTE = 1024 * 1024
MILLION = 1_000_000
MOST_FILES = 40
"""So many files may come at once."""

LONGEST_NAME = 200


class SubjectKind(StrEnum):
    """What a file may be attached to."""

    ASSET = "asset"
    ORDER = "order"
    SEAL = "seal"
    COUNT = "count"
    NOTICE = "notice"


class Purpose(StrEnum):
    """What a picture or file shows, or at which act it was taken."""

    INTAKE = "intake"
    RELEASE = "release"
    IN_STORE = "in_store"
    DAMAGE = "damage"
    SEAL = "seal"
    PAPER = "paper"


class Kind(StrEnum):
    """What a file is by its content."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Size(StrEnum):
    """In which size a picture is shown."""

    SMALL = "small"
    LARGE = "large"
    ORIGINAL = "original"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
SHOWN_IN_BROWSER = PICTURES | {Kind.PDF}
ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.PNG: (".png",),
    Kind.WEBP: (".webp",),
    Kind.PDF: (".pdf",),
    Kind.DOCX: (".docx",),
    Kind.XLSX: (".xlsx",),
}
PREVIEW = "image/jpeg"
EDGES = {Size.SMALL: 320, Size.LARGE: 1600}
"""Longest edge of the two sizes that are shown, in pixels."""

ASIDE: dict[Purpose, Purpose] = {Purpose.INTAKE: Purpose.RELEASE}
"""Pictures that are compared: as it came and as it leaves."""


class Limits(msgspec.Struct, frozen=True):
    """The largest file and the largest picture that are taken."""

    file: int = 50 * MEGABYTE
    pixels: int = 50 * MILLION
    unpacked: int = 200 * MEGABYTE


class FileRefused(Invalid):
    """A file that is not taken: too large, damaged, or of another kind."""

    code = "file_refused"


class NotAsReceived(Unfit):
    """What was stored is not what was received."""

    code = "not_as_received"


class WithdrawnAlready(Duplicate):
    """A picture is withdrawn once."""

    code = "withdrawn_already"


class OriginNotShown(Forbidden):
    """The original of a picture tells where and when it was taken; not all may see that."""

    code = "origin_not_shown"


class DarkroomBusy(Unavailable):
    """Too many pictures are being looked at."""

    code = "darkroom_busy"
    status = 503


def name_to_keep(name: str, kind: Kind) -> str:
    """The name under which a file is handed out: with the ending of what it is."""
    return name if name.lower().endswith(ENDINGS[kind]) else f"{name}{ENDINGS[kind][0]}"


def misnamed(name: str, kind: Kind) -> bool:
    """Whether a name says another kind than the content is."""
    return not name.lower().endswith(ENDINGS[kind])


labels(
    {
        SubjectKind.ASSET: _("Asset"),
        SubjectKind.ORDER: _("Order"),
        SubjectKind.SEAL: _("Seal"),
        SubjectKind.COUNT: _("Count"),
        SubjectKind.NOTICE: _("Notice of an auction"),
    }
)
labels(
    {
        Purpose.INTAKE: _("At intake"),
        Purpose.RELEASE: _("At release"),
        Purpose.IN_STORE: _("In store"),
        Purpose.DAMAGE: _("Damage"),
        Purpose.SEAL: _("Of the seal"),
        Purpose.PAPER: _("Paper or document"),
    }
)
labels(
    {
        Kind.JPEG: _("JPEG picture"),
        Kind.PNG: _("PNG picture"),
        Kind.WEBP: _("WebP picture"),
        Kind.PDF: _("PDF document"),
        Kind.DOCX: _("Word document"),
        Kind.XLSX: _("Excel workbook"),
    }
)

"""What is said when files are attached, and how they are shown."""

from datetime import datetime
from typing import Annotated, Any, BinaryIO

import msgspec

from inventory.attachments.rules import Kind, Purpose, SubjectKind, misnamed
from inventory.base.said import Line, Said

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]


class Subject(msgspec.Struct, frozen=True):
    """What files are attached to: its kind and id, and the asset that it concerns, if any."""

    kind: SubjectKind
    id: int
    office_id: int
    ref: str
    asset_id: int | None = None


class NewAttachments(Said, frozen=True, kw_only=True):
    """What several files that come together show."""

    purpose: Purpose
    note: Line | None = None


class Withdrawal(Said, frozen=True):
    """Why a picture or file is struck through."""

    reason: Reason


class Incoming(msgspec.Struct, frozen=True):
    """A file as it was received; its hash was taken on the way in."""

    name: str
    content: BinaryIO
    sha256: str
    size: int


class Origin(msgspec.Struct, frozen=True):
    """What a picture tells of how it was taken (EXIF)."""

    taken_at: str | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    tags: dict[str, Any] = {}


class Preview(msgspec.Struct, frozen=True):
    """A picture to be shown: scaled down, upright, telling nothing else."""

    content: bytes
    width: int
    height: int


class Developed(msgspec.Struct, frozen=True):
    """A picture that was really opened; its sides are those of the upright picture."""

    width: int
    height: int
    small: Preview
    large: Preview
    origin: Origin | None


class Examined(msgspec.Struct, frozen=True):
    """A received file of which is known what it is."""

    incoming: Incoming
    kind: Kind
    picture: Developed | None


class AttachmentOut(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or file with who added it, and whether it was withdrawn."""

    id: int
    subject_kind: SubjectKind
    asset: str | None
    purpose: Purpose
    kind: Kind
    name: str
    note: str | None
    size: int
    sha256: str
    width: int | None
    height: int | None
    custody_seq: int | None
    added_at: datetime
    added_by: str
    has_origin: bool
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal: str | None

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.width is not None

    @property
    def is_misnamed(self) -> bool:
        """Whether its name says another kind than it is."""
        return misnamed(self.name, self.kind)


class Added(msgspec.Struct, frozen=True):
    """What came of one file: its number, and whether it was there already."""

    id: int
    name: str
    sha256: str
    known: bool


class FilesChecked(msgspec.Struct, frozen=True):
    """How many stored files were compared with their hashes, and the first that does not fit."""

    checked: int
    fault: str | None


class Stored(msgspec.Struct, frozen=True):
    """A content of the store, and as what it is handed out."""

    sha256: str
    media_type: str
    name: str

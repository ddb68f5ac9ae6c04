"""Attachments, what pictures tell of their taking, and withdrawals; rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.attachments.rules import WithdrawnAlready
from inventory.base.orm import Base, Id, means


class Attachment(Base):
    """A picture or file of a subject, as it came in; the contents lie in the file store.

    ``turn`` counts the same content again after the one before it was withdrawn.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "purpose", "sha256", "turn"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint(
            "(width IS NULL) = (small_sha256 IS NULL) AND (width IS NULL) = (large_sha256 IS NULL)",
            name="picture",
        ),
        Index(
            "ix_attachment_asset_id",
            "asset_id",
            "id",
            postgresql_where=text("asset_id IS NOT NULL"),
        ),
        Index("ix_attachment_office_id", "office_id"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    purpose: Mapped[str]
    name: Mapped[str]
    note: Mapped[str | None]
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    small_sha256: Mapped[str | None]
    large_sha256: Mapped[str | None]
    custody_seq: Mapped[int | None]
    turn: Mapped[int] = mapped_column(server_default="0")
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    added_by_name: Mapped[str]


class PictureOrigin(Base):
    """What a picture tells of how and where it was taken; apart from all that is shown."""

    __tablename__ = "picture_origin"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    taken_at: Mapped[str | None]
    camera: Mapped[str | None]
    latitude: Mapped[float | None] = mapped_column(Numeric(9, 6, asdecimal=False))
    longitude: Mapped[float | None] = mapped_column(Numeric(9, 6, asdecimal=False))
    tags: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AttachmentWithdrawal(Base):
    """An attachment that was struck through, by whom and why; it stays and can be seen."""

    __tablename__ = "attachment_withdrawal"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    by_name: Mapped[str]


means("pk_attachment_withdrawal", WithdrawnAlready)

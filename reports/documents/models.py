"""Issued papers; the database refuses to change or remove a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, means
from reports.documents.rules import NumberTaken


class IssuedDocument(Base):
    """A paper as it left the house: its number, what it was drawn from and the hash of its file."""

    __tablename__ = "issued_document"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("office_id", "kind", "year", "serial"),
        CheckConstraint("serial > 0", name="serial"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        Index("ix_issued_document_office_id_id", "office_id", "id"),
        Index("ix_issued_document_subject", "subject_kind", "subject_ref", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    subject_kind: Mapped[str]
    subject_ref: Mapped[str]
    template: Mapped[str]
    template_version: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str]
    size: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    issued_by_name: Mapped[str]


means("uq_issued_document_office_id_kind_year_serial", NumberTaken)

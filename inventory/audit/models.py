"""The audit ledger's table; the database refuses to change or remove a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id


class AuditEntry(Base):
    """One act: who, when, through what, on which subject, with which figures."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    actor_name: Mapped[str]
    office_id: Mapped[int | None]
    channel: Mapped[str]
    code: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    subject_ref: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)

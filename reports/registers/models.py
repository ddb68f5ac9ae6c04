"""Closings of a register, the lines they froze, and who signed; the database keeps all of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from reports.registers.rules import ClosedAlready, SignedAlready


class RegisterClosing(Base):
    """A quarter of one of an office's registers that was closed, with its figures and its hash."""

    __tablename__ = "register_closing"
    __table_args__ = (
        UniqueConstraint("office_id", "register", "year", "quarter"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    register: Mapped[int]
    year: Mapped[int]
    quarter: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    opening: Mapped[int]
    came: Mapped[int]
    went: Mapped[int]
    lines: Mapped[int]
    previous_sha256: Mapped[str]
    sha256: Mapped[str]
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_by_name: Mapped[str]


class RegisterLine(Base):
    """A line as a closing froze it: one that was new, or said something else than before."""

    __tablename__ = "register_line"
    __table_args__ = (
        Index("ix_register_line_ground", "kind", "ground_id", "closing_id"),
        Index("ix_register_line_office_id", "office_id"),
    )

    closing_id: Mapped[int] = mapped_column(ForeignKey("register_closing.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    kind: Mapped[str]
    ground_id: Mapped[int]
    cells: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str]


class RegisterSignature(Base):
    """Who signed a closing in which post; nobody signs in two."""

    __tablename__ = "register_signature"
    __table_args__ = (UniqueConstraint("closing_id", "staff_id"),)

    closing_id: Mapped[int] = mapped_column(ForeignKey("register_closing.id"), primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str]
    signed_at: Mapped[datetime]


means("uq_register_closing_office_id_register_year_quarter", ClosedAlready)
means("uq_register_signature_closing_id_staff_id", SignedAlready)
means("pk_register_signature", SignedAlready)

"""Issued papers; the database refuses to change or remove a row."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, means
from inventory.papers.rules import NumberTaken, PaperNotInForce


class Paper(Base):
    """A paper as it was issued: its number, the data it is printed from, what it does to another.

    What became of it follows from the papers that amend, recall or replace it.
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("office_id", "kind", "year", "serial"),
        UniqueConstraint("replaces_id"),
        UniqueConstraint("recalls_id"),
        CheckConstraint("serial > 0", name="serial"),
        CheckConstraint("data_sha256 ~ '^[0-9a-f]{64}$'", name="data_sha256"),
        CheckConstraint("num_nonnulls(amends_id, recalls_id, replaces_id) <= 1", name="relation"),
        Index("ix_paper_office_id_id", "office_id", "id"),
        Index("ix_paper_amends_id", "amends_id"),
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
    form_code: Mapped[str | None]
    template: Mapped[str]
    letterhead: Mapped[dict[str, Any]] = mapped_column(JSONB)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    data_sha256: Mapped[str]
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    recalls_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    dated_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    issued_by_name: Mapped[str]


class PaperSubject(Base):
    """A thing that a paper is about: an asset, a case, an order; one paper may be about many."""

    __tablename__ = "paper_subject"

    kind: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))


means("uq_paper_office_id_kind_year_serial", NumberTaken)
means("uq_paper_replaces_id", PaperNotInForce)
means("uq_paper_recalls_id", PaperNotInForce)

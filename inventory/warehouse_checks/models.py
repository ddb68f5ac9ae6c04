"""Inspections of warehouses with their answers; nothing of them is ever changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.warehouse_checks.rules import CheckedThatDay


class WarehouseCheck(Base):
    """An inspection of one warehouse on one day."""

    __tablename__ = "warehouse_check"
    __table_args__ = (
        UniqueConstraint("place_id", "checked_on"),
        Index("ix_warehouse_check_office_id_id", "office_id", "id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    checked_on: Mapped[date]
    team: Mapped[str]
    note: Mapped[str | None]
    paper: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_by_name: Mapped[str]


class WarehouseCheckAnswer(Base):
    """An answer, with the figures that stood beside the question."""

    __tablename__ = "warehouse_check_answer"

    check_id: Mapped[int] = mapped_column(ForeignKey("warehouse_check.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int]
    answer: Mapped[str]
    note: Mapped[str | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)


means("uq_warehouse_check_place_id_checked_on", CheckedThatDay)

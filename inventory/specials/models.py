"""Marks of special kinds, and counts of cash."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.specials.rules import AlreadyMarked


class SpecialMark(Base):
    """An asset is of a special kind: since when, on which expert conclusion."""

    __tablename__ = "special_mark"
    __table_args__ = (
        UniqueConstraint("asset_id", "kind"),
        Index("ix_special_mark_office_id_kind", "office_id", "kind"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    kind: Mapped[str]
    expert_number: Mapped[str | None]
    expert_body: Mapped[str | None]
    expert_on: Mapped[date | None]
    note: Mapped[str | None]
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CashCount(Base):
    """Money counted in one currency; its lines give its total."""

    __tablename__ = "cash_count"
    __table_args__ = (
        CheckConstraint("total >= 0", name="total"),
        Index("ix_cash_count_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    currency: Mapped[str]
    total: Mapped[Decimal]
    counted_on: Mapped[date]
    counted_by: Mapped[str]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CashLine(Base):
    """Notes or coins of one denomination, with their serials where those matter."""

    __tablename__ = "cash_line"
    __table_args__ = (
        CheckConstraint("denomination > 0 AND pieces > 0", name="positive"),
        Index("ix_cash_line_count_id", "count_id"),
        Index("ix_cash_line_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    count_id: Mapped[int] = mapped_column(ForeignKey("cash_count.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    denomination: Mapped[Decimal]
    pieces: Mapped[int]
    serials: Mapped[str | None]


means("uq_special_mark_asset_id_kind", AlreadyMarked)

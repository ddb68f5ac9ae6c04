"""Valuations of an asset, or of a lot valued as a whole."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id


class Valuation(Base):
    """What an asset or a lot was found to be worth, by whom and until when it holds."""

    __tablename__ = "valuation"
    __table_args__ = (
        CheckConstraint("(asset_id IS NULL) <> (lot_id IS NULL)", name="subject"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valued_on", name="validity"),
        UniqueConstraint("source", "source_ref"),
        Index("ix_valuation_asset_id", "asset_id"),
        Index("ix_valuation_lot_id", "lot_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    method: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(server_default="VND")
    firm: Mapped[str | None]
    certificate_number: Mapped[str | None]
    valued_on: Mapped[date]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    source_ref: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

"""Sales and what happened after them; entries are append-only, a mistake is reversed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auction.bidding.models import Bidder
from auction.lots.models import AuctionRound, Lot
from auction.sales.rules import EntryReversed, SaleExists
from inventory.base.orm import Base, Id, means


class Sale(Base):
    """A lot that somebody bought or took; its days say where it stands.

    ``due_on`` is the day by which the next thing is due: the price, then the delivery. While it
    runs the officer is the one in charge of the case; ``officer_id`` is who was when it ended.
    """

    __tablename__ = "sale"
    __table_args__ = (
        UniqueConstraint("round_id"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("delivered_on IS NULL OR paid_on IS NOT NULL", name="delivered"),
        CheckConstraint("defaulted_on IS NULL OR paid_on IS NULL", name="defaulted"),
        Index("ix_sale_lot_id", "lot_id"),
        Index(
            "uq_sale_open_lot",
            "lot_id",
            unique=True,
            postgresql_where=text("defaulted_on IS NULL AND cancelled_on IS NULL"),
        ),
        Index(
            "ix_sale_undelivered",
            "office_id",
            "sold_on",
            "id",
            postgresql_where=text(
                "delivered_on IS NULL AND defaulted_on IS NULL AND cancelled_on IS NULL"
            ),
        ),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    lot_id: Mapped[int] = mapped_column(ForeignKey(Lot.id))
    round_id: Mapped[int | None] = mapped_column(ForeignKey(AuctionRound.id))
    way: Mapped[str]
    bidder_id: Mapped[int | None] = mapped_column(ForeignKey(Bidder.id))
    buyer: Mapped[str]
    buyer_identity: Mapped[str | None]
    buyer_address: Mapped[str | None]
    price: Mapped[Decimal]
    sold_on: Mapped[date]
    document: Mapped[str | None]
    minutes: Mapped[str | None]
    others_document: Mapped[str | None]
    announced_on: Mapped[date | None]
    announcement: Mapped[str | None]
    procuracy_told_on: Mapped[date | None]
    procuracy_notice: Mapped[str | None]
    draw: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    due_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    delivery_due_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    default_proposed_on: Mapped[date | None]
    defaulted_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    pending_since: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SaleEntry(Base):
    """Something that happened after a sale, with its amount where it moves money."""

    __tablename__ = "sale_entry"
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name="reversal"),
        Index("ix_sale_entry_sale_id", "sale_id", "id"),
    )

    id: Mapped[Id]
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    office_id: Mapped[int]
    kind: Mapped[str]
    happened_on: Mapped[date]
    amount: Mapped[Decimal | None]
    owner: Mapped[str | None]
    document: Mapped[str | None]
    words: Mapped[str | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("sale_entry.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_sale_entry_reverses_id", EntryReversed)
means("uq_sale_round_id", SaleExists)
means("uq_sale_open_lot", SaleExists)

"""Warehouse orders, their lines, the steps taken, and what went through on each line."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.errors import Duplicate, Overtaken
from inventory.base.orm import Base, Id, means


class WarehouseOrder(Base):
    """A request that becomes an order when the head signs it.

    ``closed_at`` ends its use: the slip is written, or it was refused or withdrawn; ``finished_at``
    is when its last paper was written.
    """

    __tablename__ = "warehouse_order"
    __table_args__ = (
        Index("uq_warehouse_order_reference", "reference", unique=True),
        Index("ix_warehouse_order_office_id_id", "office_id", "id"),
        Index("ix_warehouse_order_place_id", "place_id"),
        Index(
            "ix_warehouse_order_to_sign",
            "office_id",
            "id",
            postgresql_where=text("signed_at IS NULL AND closed_at IS NULL"),
        ),
        Index(
            "ix_warehouse_order_to_do",
            "office_id",
            "id",
            postgresql_where=text("signed_at IS NOT NULL AND finished_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    direction: Mapped[str]
    purpose: Mapped[str]
    reason: Mapped[str]
    legal_basis: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    party_name: Mapped[str]
    party_post: Mapped[str | None]
    party_identity: Mapped[str | None]
    planned_at: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    number: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    ending_reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class OrderLine(Base):
    """An asset, or things still to be registered; never changed once asked for."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_order_line_asset_id", "asset_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("warehouse_order.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    description: Mapped[str]
    identification: Mapped[str | None]
    unit: Mapped[str | None]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    features: Mapped[str | None]
    state: Mapped[str | None]
    seal_number: Mapped[str | None]


class OrderBalance(Base):
    """How many pieces of a line went through; the row that two intakes of one line wait for."""

    __tablename__ = "order_balance"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "no"], ["order_line.order_id", "order_line.no"]),
        CheckConstraint("used >= 0 AND used <= quantity", name="used"),
    )

    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    used: Mapped[Decimal] = mapped_column(Numeric(20, 3))


class OrderUse(Base):
    """Which entry of a custody chain rests on which line of an order; never changed."""

    __tablename__ = "order_use"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "no"], ["order_line.order_id", "order_line.no"]),
        Index("ix_order_use_order_id", "order_id", "no"),
    )

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int]
    no: Mapped[int]
    office_id: Mapped[int]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    at: Mapped[datetime]


class OrderStep(Base):
    """A step that was taken, with the paper it made; never changed."""

    __tablename__ = "order_step"

    order_id: Mapped[int] = mapped_column(ForeignKey("warehouse_order.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    by_name: Mapped[str]
    paper_reference: Mapped[str | None]
    paper_number: Mapped[str | None]
    identity: Mapped[str | None]
    authority: Mapped[str | None]
    note: Mapped[str | None]


class OrderFound(Base):
    """What was there when a line was handed over, beside what the order says; never changed."""

    __tablename__ = "order_found"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "no"], ["order_line.order_id", "order_line.no"]),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    state: Mapped[str | None]
    seal_number: Mapped[str | None]
    note: Mapped[str | None]


class SigningDelegation(Base):
    """Who signs warehouse orders for the head, from which day to which (C01/17 Art. 6)."""

    __tablename__ = "signing_delegation"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("ix_signing_delegation_office_id_staff_id", "office_id", "staff_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decision_number: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


means("pk_order_step", Duplicate)
means("ck_order_balance_used", Overtaken)

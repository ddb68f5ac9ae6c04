"""Planned counts, stocktakes with their frozen lists, devices, scans, differences, signatures.

List and scans are written in sets by statements that read what they point at and hold the
stocktake; those ids are not checked once more for each of many thousand rows.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.stocktakes.rules import AlreadyOpen, PlannedAlready, SignedAlready


class PlannedCount(Base):
    """A count that is to be held by a day, by law or by the office's own rhythm."""

    __tablename__ = "planned_count"
    __table_args__ = (
        UniqueConstraint("place_id", "due_on", "period", "classes"),
        CheckConstraint("sample_pct BETWEEN 1 AND 100", name="sample_pct"),
        Index("ix_planned_count_office_id_due_on", "office_id", "due_on"),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    period: Mapped[str]
    classes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    sample_pct: Mapped[int] = mapped_column(server_default="100")
    due_on: Mapped[date]
    article: Mapped[str]
    planned_at: Mapped[datetime]
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    stocktake_id: Mapped[int | None] = mapped_column(ForeignKey("stocktake.id"))


class Stocktake(Base):
    """One count of a place and all inside it, against the list frozen when it was opened."""

    __tablename__ = "stocktake"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("sample_pct BETWEEN 1 AND 100", name="sample_pct"),
        Index(
            "uq_stocktake_open_place",
            "place_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_stocktake_office_id_id", "office_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    place_path: Mapped[str]
    place_name: Mapped[str]
    period: Mapped[str]
    classes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    sample_pct: Mapped[int] = mapped_column(server_default="100")
    seed: Mapped[str]
    blind: Mapped[bool]
    basis: Mapped[str]
    listed: Mapped[int]
    away: Mapped[int]
    list_digest: Mapped[bytes]
    pack_key: Mapped[bytes]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    opened_by_name: Mapped[str]
    first_ended_at: Mapped[datetime | None]
    first_ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_counter_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    paper: Mapped[str | None]
    abandoned_reason: Mapped[str | None]


class StocktakePlace(Base):
    """A place as it was called when the stocktake was opened, and how much was listed there."""

    __tablename__ = "stocktake_place"

    stocktake_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    path: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]


class StocktakeItem(Base):
    """A line of the frozen list; ``seq`` is the custody entry it was true after.

    What was away for a time is listed with who had it and need not be scanned.
    """

    __tablename__ = "stocktake_item"

    stocktake_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asset_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    seq: Mapped[int]
    place_id: Mapped[int]
    path: Mapped[str]
    reference: Mapped[str]
    description: Mapped[str]
    risk: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    unit: Mapped[str | None]
    away_with: Mapped[str | None]


class StocktakeDevice(Base):
    """A phone or desk in somebody's hand: what it holds still, and whether he has finished."""

    __tablename__ = "stocktake_device"

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"), primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int]
    staff_id: Mapped[int | None]
    staff_name: Mapped[str]
    name: Mapped[str]
    last_number: Mapped[int] = mapped_column(server_default="0")
    held: Mapped[int] = mapped_column(server_default="0")
    report: Mapped[int] = mapped_column(server_default="0")
    clock_ahead_s: Mapped[int] = mapped_column(server_default="0")
    reported_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    given_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    given_up_reason: Mapped[str | None]


class StocktakeScan(Base):
    """A scan as it was made, with what it turned out to be; never changed, never removed."""

    __tablename__ = "stocktake_scan"
    __table_args__ = (
        Index("ix_stocktake_scan_asset", "stocktake_id", "asset_id"),
        Index(
            "ix_stocktake_scan_undoes",
            "stocktake_id",
            "device",
            "undoes",
            postgresql_where=text("undoes IS NOT NULL"),
        ),
    )

    stocktake_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    code: Mapped[str]
    place_id: Mapped[int]
    asset_id: Mapped[int | None]
    verdict: Mapped[str]
    phase: Mapped[str]
    undoes: Mapped[int | None]
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(20, 3))
    seal: Mapped[str | None]
    note: Mapped[str | None]
    counter_id: Mapped[int | None]
    counter_name: Mapped[str]
    sent_by_id: Mapped[int | None]
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]


class StocktakeDifference(Base):
    """A small case: what differs, what the second counter found, what the approver decided."""

    __tablename__ = "stocktake_difference"
    __table_args__ = (
        CheckConstraint("NOT (searched_by_id = ANY (first_counter_ids))", name="second_is_another"),
        CheckConstraint(
            "NOT (decided_by_id = ANY (first_counter_ids)) AND decided_by_id <> searched_by_id",
            name="approver_is_another",
        ),
        CheckConstraint(
            "word <> 'confirmed_missing' OR decided_by_id IS NOT NULL", name="third_word"
        ),
        Index(
            "uq_stocktake_difference_asset",
            "stocktake_id",
            "asset_id",
            "kind",
            unique=True,
            postgresql_where=text("asset_id IS NOT NULL"),
        ),
        Index(
            "uq_stocktake_difference_code",
            "stocktake_id",
            "code",
            unique=True,
            postgresql_where=text("asset_id IS NULL"),
        ),
        Index(
            "ix_stocktake_difference_open",
            "stocktake_id",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    office_id: Mapped[int]
    asset_id: Mapped[int | None]
    kind: Mapped[str]
    code: Mapped[str]
    description: Mapped[str]
    place: Mapped[str]
    seen_place: Mapped[str]
    counted: Mapped[str]
    first_counter_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    word: Mapped[str | None]
    opened_at: Mapped[datetime]
    searched: Mapped[str | None]
    reason: Mapped[str | None]
    evidence: Mapped[str | None]
    searched_at: Mapped[datetime | None]
    searched_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    searched_by_name: Mapped[str | None]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class StocktakeSignature(Base):
    """Who signed which result; another result is another signature."""

    __tablename__ = "stocktake_signature"
    __table_args__ = (UniqueConstraint("stocktake_id", "result", "staff_id"),)

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"), primary_key=True)
    result: Mapped[bytes] = mapped_column(primary_key=True)
    signing: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    staff_name: Mapped[str]
    signed_at: Mapped[datetime]


means("uq_planned_count_place_id_due_on_period_classes", PlannedAlready)
means("uq_stocktake_open_place", AlreadyOpen)
means("uq_stocktake_signature_stocktake_id_result_staff_id", SignedAlready)

"""Cases of missing things, write-offs and their reversals; the last two are append-only."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.errors import Duplicate
from inventory.base.orm import Base, Id, means


class MissingCase(Base):
    """A thing that a check outside did not find: found by one, searched by another, decided."""

    __tablename__ = "missing_case"
    __table_args__ = (
        CheckConstraint("searched_by_id <> opened_by_id", name="second_is_another"),
        CheckConstraint(
            "decided_by_id <> opened_by_id AND decided_by_id <> searched_by_id",
            name="approver_is_another",
        ),
        Index(
            "uq_missing_case_open",
            "asset_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_missing_case_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    source: Mapped[str]
    finding: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    opened_by_name: Mapped[str]
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


class WriteOff(Base):
    """The head's decision that a missing thing leaves the books: ground, who answers, paper."""

    __tablename__ = "write_off"
    __table_args__ = (
        CheckConstraint("(liability = 'nobody') = (liable IS NULL)", name="liable"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_write_off_asset_id", "asset_id"),
        Index("ix_write_off_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    seq: Mapped[int]
    ground: Mapped[str]
    liability: Mapped[str]
    liable: Mapped[str | None]
    amount: Mapped[Decimal | None]
    missed_by: Mapped[str]
    paper: Mapped[str]
    number: Mapped[str]
    decided_on: Mapped[date]
    article: Mapped[str]
    recorded_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str]


class WriteOffReversal(Base):
    """That a write-off is taken back, because the thing was found again."""

    __tablename__ = "write_off_reversal"
    __table_args__ = (
        UniqueConstraint("write_off_id"),
        Index("ix_write_off_reversal_office_id", "office_id"),
    )

    id: Mapped[Id]
    write_off_id: Mapped[int] = mapped_column(ForeignKey("write_off.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    reason: Mapped[str]
    paper: Mapped[str]
    number: Mapped[str]
    recorded_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str]


means("uq_missing_case_open", Duplicate)
means("uq_write_off_reversal_write_off_id", Duplicate)

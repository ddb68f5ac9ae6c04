"""The bound paper book beside the program: what its numbers stand for, and monthly comparisons."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.backlog.rules import ComparedAlready, NumberBooked
from inventory.base.orm import Base, Id, means


class BookNumber(Base):
    """What a number of the bound book stands for: an asset, or a line spoiled for a reason."""

    __tablename__ = "book_number"
    __table_args__ = (
        UniqueConstraint("office_id", "book", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(asset_id IS NULL) <> (spoiled IS NULL)", name="one_of_them"),
        Index("ix_book_number_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    book: Mapped[str]
    number: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    spoiled: Mapped[str | None]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class BookComparison(Base):
    """The book compared with the program for a month: what is missing on either side."""

    __tablename__ = "book_comparison"
    __table_args__ = (UniqueConstraint("office_id", "book", "month_on"),)

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    book: Mapped[str]
    month_on: Mapped[date]
    last_number: Mapped[int]
    missing: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    missing_count: Mapped[int]
    not_in_book: Mapped[int]
    note: Mapped[str | None]
    compared_at: Mapped[datetime]
    compared_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    compared_by_name: Mapped[str]


means("uq_book_number_office_id_book_number", NumberBooked)
means("uq_book_comparison_office_id_book_month_on", ComparedAlready)

"""Occurrences: written once, never changed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from auction.occurrences.rules import RecordedBefore
from inventory.base.orm import Base, Id, means


class OccurrenceRow(Base):
    """What occurred on a day, on which paper; ``told`` names who was told.

    ``subject_id`` is the number of the case, asset, lot or delegation; ``other_office_id`` sees it
    too, being the one that delegated. ``article`` is that of the
    first limit that begins or ends with it.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        CheckConstraint("subject_kind IN ('case', 'asset', 'lot', 'delegation')", name="about"),
        CheckConstraint("amount > 0", name="amount"),
        Index("uq_occurrence_day", "subject_kind", "subject_id", "code", "on_day", unique=True),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    other_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    code: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_ref: Mapped[str]
    on_day: Mapped[date]
    document: Mapped[str | None]
    told: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}")
    amount: Mapped[Decimal | None]
    note: Mapped[str | None]
    article: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_by: Mapped[str]


means("uq_occurrence_day", RecordedBefore)

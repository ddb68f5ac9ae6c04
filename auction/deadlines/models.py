"""Deadlines: what was due, by which row of law and which calendar, and when it was met."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auction.legal_rules.models import CalendarVersion, LegalRule
from inventory.assets.models import Asset
from inventory.base.orm import Base, Id
from inventory.organisation.models import Office, Staff


class Deadline(Base):
    """A due date of an office; it stays as computed, only that it was met is added.

    ``lot_id`` names a lot of the room above and therefore carries no foreign key.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint(
            "subject_kind",
            "subject_ref",
            "rule_key",
            "scope",
            "started_on",
            name="uq_deadline_event",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(met_on IS NULL) = (met_at IS NULL)", name="met"),
        Index(
            "ix_deadline_open",
            "office_id",
            "due_on",
            "id",
            postgresql_where=text("met_on IS NULL"),
        ),
        Index("ix_deadline_asset_id", "asset_id"),
        Index("ix_deadline_lot_id", "lot_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey(Office.id))
    rule_id: Mapped[int] = mapped_column(ForeignKey(LegalRule.id))
    rule_key: Mapped[str]
    scope: Mapped[str | None]
    article: Mapped[str]
    confidence: Mapped[str]
    event: Mapped[str | None]
    started_on: Mapped[date]
    due_on: Mapped[date]
    calendar_id: Mapped[int] = mapped_column(ForeignKey(CalendarVersion.id))
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    subject_kind: Mapped[str]
    subject_ref: Mapped[str]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey(Asset.id))
    lot_id: Mapped[int | None]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    met_on: Mapped[date | None]
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))

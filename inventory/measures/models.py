"""Verifications and provisional measures as dated grounds."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id


class Measure(Base):
    """What was done with an asset for a case before its seizure, at which hour, on which papers.

    ``decide_by`` is the hour by which a measure taken by minutes needs its decision.
    """

    __tablename__ = "measure"
    __table_args__ = (
        CheckConstraint("(decision_number IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("minutes IS NOT NULL OR decision_number IS NOT NULL", name="paper"),
        Index("ix_measure_asset_id", "asset_id"),
        Index("ix_measure_case_id", "case_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("enforcement_case.id"))
    kind: Mapped[str]
    minutes: Mapped[str | None]
    taken_at: Mapped[datetime]
    decision_number: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    told: Mapped[str | None]
    ended_on: Mapped[date | None]
    end_decision: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]

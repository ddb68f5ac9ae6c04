"""Evidence and temporary holdings as dated grounds."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id


class EvidenceHold(Base):
    """An asset held for a criminal matter, or for the time being, until the decision on it."""

    __tablename__ = "evidence_hold"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= received_on", name="period"),
        Index("ix_evidence_hold_asset_id", "asset_id"),
        Index("ix_evidence_hold_case_id", "case_id"),
        Index("ix_evidence_hold_office_id_received_on", "office_id", "received_on", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    agency: Mapped[str]
    first_minutes: Mapped[str | None]
    received_on: Mapped[date]
    keeping_rule_id: Mapped[int | None]
    keeping_article: Mapped[str | None]
    comparison: Mapped[str | None]
    difference: Mapped[str | None]
    letter: Mapped[str | None]
    answer_number: Mapped[str | None]
    answered_on: Mapped[date | None]
    answer: Mapped[str | None]
    ended_on: Mapped[date | None]
    end_decision: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]

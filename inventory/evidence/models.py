"""Evidence and temporary holdings as dated grounds."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.evidence.rules import SealInUse


class EvidenceHold(Base):
    """An asset held for a criminal matter, or for the time being, until the decision on it."""

    __tablename__ = "evidence_hold"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= received_on", name="period"),
        Index(
            "uq_evidence_hold_seal",
            "office_id",
            "seal_number",
            unique=True,
            postgresql_where=text("ended_on IS NULL AND seal_number IS NOT NULL"),
        ),
        Index("ix_evidence_hold_asset_id", "asset_id"),
        Index("ix_evidence_hold_case_id", "case_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    agency: Mapped[str]
    first_minutes: Mapped[str | None]
    received_on: Mapped[date]
    seal_number: Mapped[str | None]
    ended_on: Mapped[date | None]
    end_decision: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_evidence_hold_seal", SealInUse)

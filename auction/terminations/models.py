"""Decisions that terminate enforcement: written once, never changed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from auction.terminations.rules import AnnulledAlready, DecisionNumberTaken, TerminatedAlready
from inventory.base.orm import Base, Id, means


class CaseTermination(Base):
    """The head's decision that ends a case or some of its claims.

    ``claims`` are the claims that ended with it, ``ended`` is what was still owed on them. A whole
    case has one that is not annulled; the database holds it.
    """

    __tablename__ = "case_termination"
    __table_args__ = (
        Index(
            "uq_case_termination_office_id_decision_number",
            "office_id",
            "decision_number",
            text("EXTRACT(year FROM decided_on)"),
            unique=True,
        ),
        CheckConstraint("decided_on >= ground_on", name="days"),
        CheckConstraint("ended >= 0", name="ended"),
        Index("ix_case_termination_case_id", "case_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("enforcement_case.id"))
    scope: Mapped[str]
    ground: Mapped[str]
    ground_on: Mapped[date]
    document: Mapped[str]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    claims: Mapped[list[int]] = mapped_column(ARRAY(BIGINT), server_default="{}")
    ended: Mapped[Decimal]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_by: Mapped[str]


class TerminationAnnulment(Base):
    """The decision by which a wrong termination is annulled; ``revived`` is what is owed again."""

    __tablename__ = "termination_annulment"
    __table_args__ = (
        UniqueConstraint("termination_id"),
        Index(
            "uq_termination_annulment_office_id_decision_number",
            "office_id",
            "decision_number",
            text("EXTRACT(year FROM decided_on)"),
            unique=True,
        ),
        CheckConstraint("revived >= 0", name="revived"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    termination_id: Mapped[int] = mapped_column(ForeignKey(CaseTermination.id))
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    reason: Mapped[str]
    revived: Mapped[Decimal]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_by: Mapped[str]


means("uq_termination_annulment_termination_id", AnnulledAlready)
means("uq_termination_annulment_office_id_decision_number", DecisionNumberTaken)
means("uq_case_termination_office_id_decision_number", DecisionNumberTaken)
means("uq_case_termination_whole", TerminatedAlready)

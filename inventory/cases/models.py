"""Enforcement cases."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.cases.rules import CaseExists


class EnforcementCase(Base):
    """One enforcement decision, or one criminal matter whose evidence the office keeps."""

    __tablename__ = "enforcement_case"
    __table_args__ = (
        UniqueConstraint("office_id", "decision_number"),
        Index(
            "ix_enforcement_case_source",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    decision_number: Mapped[str]
    decision_on: Mapped[date | None]
    notified_on: Mapped[date | None]
    court: Mapped[str | None]
    judgment: Mapped[str | None]
    debtor_name: Mapped[str | None]
    debtor_identity: Mapped[str | None]
    debtor_address: Mapped[str | None]
    creditor_name: Mapped[str | None]
    creditor_identity: Mapped[str | None]
    creditor_address: Mapped[str | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str | None]
    closed_on: Mapped[date | None]
    ever_held: Mapped[bool] = mapped_column(server_default="false")
    source: Mapped[str | None]
    source_ref: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_enforcement_case_office_id_decision_number", CaseExists)

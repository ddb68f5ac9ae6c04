"""Contracts of outside custody and their checks."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.outside.rules import CheckedThatDay, ContractRuns


class CustodyContract(Base):
    """Who keeps a thing outside, on which terms, and when it is looked at next."""

    __tablename__ = "custody_contract"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="term"),
        CheckConstraint("monthly_cost >= 0", name="cost"),
        Index(
            "uq_custody_contract_running",
            "asset_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "ix_custody_contract_check_due_on",
            "office_id",
            "check_due_on",
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_custody_contract_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    form: Mapped[str]
    number: Mapped[str]
    custodian: Mapped[str]
    address: Mapped[str | None]
    identity: Mapped[str | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    monthly_cost: Mapped[Decimal]
    conditions: Mapped[str]
    check_due_on: Mapped[date]
    article: Mapped[str]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CustodyCheck(Base):
    """A look at what is kept outside, with its minutes (C01/17 Art. 12(2))."""

    __tablename__ = "custody_check"
    __table_args__ = (
        UniqueConstraint("contract_id", "checked_on"),
        Index("ix_custody_check_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("custody_contract.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    checked_on: Mapped[date]
    state: Mapped[str]
    finding: Mapped[str]
    checked_by: Mapped[str]
    due_on: Mapped[date]
    minutes: Mapped[str]
    paper: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_custody_contract_running", ContractRuns)
means("uq_custody_check_contract_id_checked_on", CheckedThatDay)

"""The ledger of costs: entries, reversals with the opposite sign, repayments of advances."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from auction.costs.rules import CostReversed
from inventory.base.orm import Base, Id, means


class CostItem(Base):
    """A cost of an asset or of a whole case; a reversal repeats it with the opposite sign.

    ``delegating_office_id`` is the office that the spending one sells the asset for: it repays.
    """

    __tablename__ = "cost_item"
    __table_args__ = (
        CheckConstraint("(asset_id IS NULL) <> (case_id IS NULL)", name="subject"),
        CheckConstraint("(reverses_id IS NULL) = (amount > 0) AND amount <> 0", name="amount"),
        UniqueConstraint("reverses_id"),
        Index("ix_cost_item_asset_id", "asset_id"),
        Index("ix_cost_item_case_id", "case_id"),
        Index("ix_cost_item_office_id", "office_id"),
        Index("ix_cost_item_delegating_office_id", "delegating_office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    office_id: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[Decimal]
    bearer: Mapped[str]
    advanced_by: Mapped[str | None]
    delegating_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    spent_on: Mapped[date]
    document: Mapped[str]
    note: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("cost_item.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CostRepayment(Base):
    """What was repaid to who had advanced a cost, or by another office to the one that spent it."""

    __tablename__ = "cost_repayment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_cost_repayment_cost_id", "cost_id"),
        Index("ix_cost_repayment_asset_id", "asset_id"),
        Index("ix_cost_repayment_office_id", "office_id"),
    )

    id: Mapped[Id]
    cost_id: Mapped[int] = mapped_column(ForeignKey("cost_item.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    by_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    amount: Mapped[Decimal]
    repaid_on: Mapped[date]
    document: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_cost_item_reverses_id", CostReversed)

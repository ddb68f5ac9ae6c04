"""Hand-overs of portfolios, and what each holds."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.portfolios.rules import HandoverOpen
from inventory.base.orm import Base, Id, means
from inventory.organisation.models import Office, Staff


class PortfolioHandover(Base):
    """One officer hands all his cases over to another; both sign, on the days told here.

    ``given_for`` says why somebody else signed for the giver, who is gone.
    """

    __tablename__ = "portfolio_handover"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("giver_id <> receiver_id", name="two_people"),
        CheckConstraint("(given_at IS NULL) = (given_by_id IS NULL)", name="given"),
        CheckConstraint("(taken_at IS NULL) = (taken_by_id IS NULL)", name="taken"),
        CheckConstraint("cancelled_at IS NULL OR paper IS NULL", name="cancelled"),
        Index(
            "uq_portfolio_handover_open",
            "giver_id",
            unique=True,
            postgresql_where=text("paper IS NULL AND cancelled_at IS NULL"),
        ),
        Index("ix_portfolio_handover_office_id_id", "office_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey(Office.id))
    giver_id: Mapped[int] = mapped_column(ForeignKey(Staff.id))
    giver: Mapped[str]
    receiver_id: Mapped[int] = mapped_column(ForeignKey(Staff.id))
    receiver: Mapped[str]
    reason: Mapped[str]
    as_of: Mapped[date]
    drawn_up_at: Mapped[datetime]
    drawn_up_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    given_for: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    paper: Mapped[str | None]
    paper_number: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class PortfolioItem(Base):
    """A case, an asset, a due date, a hold or a key of a portfolio, as it was when drawn up.

    ``refused`` says why the receiver did not take it over. What hangs on a case goes with it.
    """

    __tablename__ = "portfolio_item"
    __table_args__ = (
        Index("ix_portfolio_item_handover_id", "handover_id", "id"),
        Index("ix_portfolio_item_case_id", "case_id"),
    )

    id: Mapped[Id]
    handover_id: Mapped[int] = mapped_column(ForeignKey("portfolio_handover.id"))
    office_id: Mapped[int]
    group: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    code: Mapped[str]
    name: Mapped[str]
    state: Mapped[str | None]
    due_on: Mapped[date | None]
    refused: Mapped[str | None]


means("uq_portfolio_handover_open", HandoverOpen)

"""Rights between rounds: set-off, priority, redemption, return unsold, recall of a seizure."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.offers.rules import PriorityOpen, SetOffAsked
from inventory.base.errors import Duplicate
from inventory.base.orm import Base, Id, means


class SetOff(Base):
    """The creditor's right to take a lot after a failed round, with its times and its sum.

    ``debt`` is what all are owed, as it was said where no claims are recorded.
    """

    __tablename__ = "setoff"
    __table_args__ = (
        UniqueConstraint("round_id"),
        CheckConstraint("price >= 0 AND to_pay >= 0", name="sums"),
        CheckConstraint("(answered_on IS NULL) = (accepted IS NULL)", name="answered"),
        CheckConstraint("(ended_on IS NULL) = (ending IS NULL)", name="ended"),
        CheckConstraint("accepted OR told_on IS NULL", name="told"),
        Index("uq_setoff_open", "lot_id", unique=True, postgresql_where=text("ended_on IS NULL")),
        Index("ix_setoff_office_id", "office_id"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    office_id: Mapped[int]
    creditor: Mapped[str]
    price: Mapped[Decimal]
    reductions: Mapped[int]
    claim: Mapped[Decimal]
    debt: Mapped[Decimal | None]
    costs: Mapped[Decimal]
    owners: Mapped[Decimal]
    rent: Mapped[Decimal]
    deductions: Mapped[Decimal]
    to_pay: Mapped[Decimal]
    asked_on: Mapped[date]
    answer_by_on: Mapped[date]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    notice: Mapped[str]
    answered_on: Mapped[date | None]
    accepted: Mapped[bool | None]
    answer_document: Mapped[str | None]
    others_document: Mapped[str | None]
    told_on: Mapped[date | None]
    debtor_by_on: Mapped[date | None]
    debtor_notice: Mapped[str | None]
    pay_by_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    paid_document: Mapped[str | None]
    ended_on: Mapped[date | None]
    ending: Mapped[str | None]
    end_note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PriorityOffer(Base):
    """The co-owners' right to buy an asset first, with its times."""

    __tablename__ = "priority_offer"
    __table_args__ = (
        CheckConstraint("price >= 0 AND to_pay >= 0 AND to_pay <= price", name="sums"),
        CheckConstraint("(ended_on IS NULL) = (ending IS NULL)", name="ended"),
        CheckConstraint("(chosen IS NULL) = (chosen_by IS NULL)", name="chosen"),
        UniqueConstraint("asset_id", "round_id"),
        Index(
            "uq_priority_offer_open",
            "asset_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_priority_offer_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("auction_round.id"))
    title_id: Mapped[int] = mapped_column(ForeignKey("asset_title.id"))
    office_id: Mapped[int]
    price: Mapped[Decimal]
    to_pay: Mapped[Decimal]
    told_on: Mapped[date]
    answer_by_on: Mapped[date]
    pay_by_on: Mapped[date]
    rule_key: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    notice: Mapped[str]
    chosen: Mapped[str | None]
    chosen_by: Mapped[str | None]
    chosen_on: Mapped[date | None]
    minutes: Mapped[str | None]
    paid_on: Mapped[date | None]
    paid_document: Mapped[str | None]
    ended_on: Mapped[date | None]
    ending: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PriorityAnswer(Base):
    """What one co-owner said to the offer."""

    __tablename__ = "priority_answer"
    __table_args__ = (
        UniqueConstraint("offer_id", "owner"),
        Index("ix_priority_answer_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    offer_id: Mapped[int] = mapped_column(ForeignKey("priority_offer.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    owner: Mapped[str]
    accepted: Mapped[bool]
    answered_on: Mapped[date]
    document: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AssetExit(Base):
    """An asset leaves the auction because the debtor paid or the parties settled."""

    __tablename__ = "asset_exit"
    __table_args__ = (
        CheckConstraint("debt >= 0 AND costs >= 0 AND expenses >= 0", name="sums"),
        UniqueConstraint("asset_id", "left_on"),
        Index("ix_asset_exit_lot_id", "lot_id"),
        Index("ix_asset_exit_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    ground: Mapped[str]
    left_on: Mapped[date]
    until_on: Mapped[date | None]
    debt: Mapped[Decimal]
    costs: Mapped[Decimal]
    expenses: Mapped[Decimal]
    document: Mapped[str]
    others_document: Mapped[str | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ExitExpense(Base):
    """A reasonable expense of a bidder that the debtor pays back (L25 Art. 83(4))."""

    __tablename__ = "exit_expense"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_exit_expense_exit_id", "exit_id"),
        Index("ix_exit_expense_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    exit_id: Mapped[int] = mapped_column(ForeignKey("asset_exit.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    bidder: Mapped[str]
    amount: Mapped[Decimal]
    document: Mapped[str | None]


class UnsoldReturn(Base):
    """A lot that nobody bought goes back to the debtor, who may not trade it."""

    __tablename__ = "unsold_return"
    __table_args__ = (
        UniqueConstraint("lot_id"),
        Index("ix_unsold_return_office_id", "office_id"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    office_id: Mapped[int]
    last_price: Mapped[Decimal]
    reduced_value: Mapped[Decimal]
    costs: Mapped[Decimal]
    returned_on: Mapped[date]
    refused_on: Mapped[date]
    refusal: Mapped[str]
    receiver: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    minutes: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ReductionCheck(Base):
    """What was weighed before a price was reduced: the costs, what was considered, the paper."""

    __tablename__ = "reduction_check"
    __table_args__ = (
        Index("ix_reduction_check_lot_id", "lot_id"),
        Index("ix_reduction_check_office_id", "office_id"),
    )

    reduction_id: Mapped[int] = mapped_column(
        ForeignKey("price_reduction.id"), primary_key=True, autoincrement=False
    )
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    position: Mapped[int]
    costs: Mapped[Decimal]
    floor: Mapped[str]
    considered: Mapped[str | None]
    agreed: Mapped[bool]
    article: Mapped[str]
    paper: Mapped[str | None]


class SeizureRecall(Base):
    """The price sank to what the asset secures for another: the seizure is to be recalled."""

    __tablename__ = "seizure_recall"
    __table_args__ = (
        CheckConstraint("(recalled_on IS NULL) = (decision_number IS NULL)", name="recalled"),
        UniqueConstraint("lot_id", "found_on"),
        Index(
            "uq_seizure_recall_open",
            "lot_id",
            unique=True,
            postgresql_where=text("recalled_on IS NULL"),
        ),
        Index("ix_seizure_recall_office_id", "office_id", "id"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    found_on: Mapped[date]
    price: Mapped[Decimal]
    secured: Mapped[Decimal]
    costs: Mapped[Decimal]
    article: Mapped[str]
    confidence: Mapped[str]
    recalled_on: Mapped[date | None]
    decision_number: Mapped[str | None]
    holder_told: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_setoff_round_id", SetOffAsked)
means("uq_setoff_open", SetOffAsked)
means("uq_priority_offer_open", PriorityOpen)
means("uq_priority_offer_asset_id_round_id", PriorityOpen)
means("uq_priority_answer_offer_id_owner", Duplicate)
means("uq_asset_exit_asset_id_left_on", Duplicate)
means("uq_unsold_return_lot_id", Duplicate)

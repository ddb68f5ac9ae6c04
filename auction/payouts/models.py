"""Payouts of sales in versions, their lines, and the vouchers by which lines were paid.

The database holds the sums together: a payout whose lines do not sum to its money is refused, an
approved one does not change, a voucher bears the amount of its line.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.claims.models import Claim, ClaimEntry
from auction.payouts.rules import (
    PaidAlready,
    PayoutFrozen,
    PayoutNotOpen,
    VoucherNumberTaken,
    VoucherReversed,
)
from auction.payouts.shares import ToldAlready
from auction.sales.models import Sale
from inventory.base.orm import Base, Id, means


class Payout(Base):
    """How the money of a sale is divided, by the law of a day; a change is a new version.

    ``claims_upto`` is the newest change of a claim that it was drawn up on, ``costs`` what the
    ledger held then of costs that its money may have to bear.
    """

    __tablename__ = "payout"
    __table_args__ = (
        UniqueConstraint("sale_id", "version"),
        CheckConstraint("gross >= 0 AND net >= 0 AND left_for_debtor >= 0", name="sums"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved"),
        CheckConstraint("approved_by_id <> proposed_by_id", name="two_people"),
        Index(
            "uq_payout_approved",
            "sale_id",
            unique=True,
            postgresql_where=text("approved_at IS NOT NULL AND withdrawn_at IS NULL"),
        ),
        Index(
            "ix_payout_open",
            "office_id",
            "id",
            postgresql_where=text("withdrawn_at IS NULL AND paid_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    sale_id: Mapped[int] = mapped_column(ForeignKey(Sale.id))
    version: Mapped[int]
    on_day: Mapped[date]
    claims_upto: Mapped[int]
    costs: Mapped[Decimal]
    gross: Mapped[Decimal]
    net: Mapped[Decimal]
    left_for_debtor: Mapped[Decimal]
    without_rent: Mapped[bool]
    rent_let: Mapped[str | None]
    taxes: Mapped[Decimal]
    note: Mapped[str | None]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    paper: Mapped[str | None]
    paid_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_because: Mapped[str | None]


class PayoutLine(Base):
    """Somebody's part of a payout; written with it and never again.

    ``fee`` is the enforcement fee that he owes on it, by the law of the payout's day.
    """

    __tablename__ = "payout_line"
    __table_args__ = (
        UniqueConstraint("payout_id", "position"),
        CheckConstraint("amount >= 0 AND amount <= owed", name="amount"),
        CheckConstraint("fee >= 0 AND fee <= amount", name="fee"),
        CheckConstraint("(fee > 0) = (fee_article IS NOT NULL)", name="fee_article"),
        Index("ix_payout_line_claim_id", "claim_id"),
    )

    id: Mapped[Id]
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"))
    office_id: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str]
    rank: Mapped[int | None]
    claim_id: Mapped[int | None] = mapped_column(ForeignKey(Claim.id))
    payee: Mapped[str | None]
    owed: Mapped[Decimal]
    amount: Mapped[Decimal]
    fee: Mapped[Decimal] = mapped_column(server_default="0")
    fee_article: Mapped[str | None]
    held: Mapped[bool]
    set_off: Mapped[bool]
    article: Mapped[str]
    confidence: Mapped[str]
    source: Mapped[str | None]


class Voucher(Base):
    """A payment of a line, or the reversal of one; ``attempt`` counts the payments of a line."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        UniqueConstraint("office_id", "number"),
        Index(
            "uq_voucher_once",
            "line_id",
            "attempt",
            unique=True,
            postgresql_where=text("reverses_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(ForeignKey("payout_line.id"))
    office_id: Mapped[int]
    attempt: Mapped[int]
    number: Mapped[str]
    way: Mapped[str]
    amount: Mapped[Decimal]
    paid_on: Mapped[date]
    claim_entry_id: Mapped[int | None] = mapped_column(ForeignKey(ClaimEntry.id))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ShareEntry(Base):
    """What happened to money of a line that its payee did not fetch; append-only.

    ``due_on`` is the day by which the next thing is due: until when he is waited for, when the kept
    money falls to the State, by when it is paid in. The database holds the sums: what is fetched or
    paid in is all that is kept.
    """

    __tablename__ = "share_entry"
    __table_args__ = (
        UniqueConstraint("voucher_id"),
        Index(
            "uq_share_entry_told", "line_id", unique=True, postgresql_where=text("kind = 'told'")
        ),
        Index("ix_share_entry_line_id", "line_id", "id"),
        Index("ix_share_entry_office_id", "office_id", "line_id"),
    )

    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(ForeignKey("payout_line.id"))
    office_id: Mapped[int]
    kind: Mapped[str]
    happened_on: Mapped[date]
    amount: Mapped[Decimal | None]
    document: Mapped[str]
    words: Mapped[str | None]
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"))
    due_on: Mapped[date | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_payout_approved", PayoutFrozen)
means("uq_payout_sale_id_version", PayoutNotOpen)
means("uq_voucher_once", PaidAlready)
means("uq_voucher_reverses_id", VoucherReversed)
means("uq_voucher_office_id_number", VoucherNumberTaken)
means("uq_share_entry_told", ToldAlready)

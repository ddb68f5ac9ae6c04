"""Claims and what changed of them; what is owed is the sum of changes that are never edited."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.claims.rules import ReversedAlready
from inventory.assets.models import Asset
from inventory.base.orm import Base, Id, means
from inventory.cases.models import EnforcementCase


class Claim(Base):
    """What one creditor may ask in a case.

    ``asked_on`` is the day on which enforcement was asked for, written once and empty until then;
    ``joint_with`` names the joint claim that several creditors share.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("(precedence IS NULL) = (secured_on_id IS NULL)", name="secured"),
        Index("ix_claim_case_id", "case_id", "id"),
        Index("ix_claim_secured_on_id", "secured_on_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey(EnforcementCase.id))
    kind: Mapped[str]
    creditor: Mapped[str]
    identity: Mapped[str | None]
    pay_to: Mapped[str | None]
    judgment: Mapped[str | None]
    asked_on: Mapped[date | None]
    joint_with: Mapped[str | None]
    precedence: Mapped[str | None]
    secured_on_id: Mapped[int | None] = mapped_column(ForeignKey(Asset.id))
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ClaimEntry(Base):
    """A change of what is owed on a claim; a mistake is reversed by a further one.

    ``part_of`` is the act of another room that the change came with.
    """

    __tablename__ = "claim_entry"
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name="reversal"),
        CheckConstraint("principal <> 0 OR interest <> 0", name="change"),
        Index("ix_claim_entry_claim_id", "claim_id", "id"),
        Index("ix_claim_entry_case_id", "case_id"),
        Index("ix_claim_entry_paid", "office_id", "id", postgresql_where=text("kind = 'paid'")),
    )

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    case_id: Mapped[int]
    office_id: Mapped[int]
    kind: Mapped[str]
    principal: Mapped[Decimal]
    interest: Mapped[Decimal]
    happened_on: Mapped[date]
    document: Mapped[str | None]
    part_of: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("claim_entry.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_claim_entry_reverses_id", ReversedAlready)

"""Disposals, the things in them, and their steps, which are append-only."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.errors import Duplicate
from inventory.base.orm import Base, Id, means
from inventory.disposals.rules import DecidedAlready


class Disposal(Base):
    """Things of which one decision says what becomes of them, and what is due next."""

    __tablename__ = "disposal"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("(awaits IS NULL) = (closed_at IS NOT NULL)", name="awaits"),
        Index(
            "ix_disposal_open",
            "office_id",
            "due_on",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    way: Mapped[str]
    thing: Mapped[str]
    military: Mapped[bool]
    decision_number: Mapped[str]
    decision_on: Mapped[date]
    judgment: Mapped[str]
    party: Mapped[str]
    awaits: Mapped[str | None]
    due_on: Mapped[date | None]
    article: Mapped[str | None]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]


class DisposalLine(Base):
    """A thing of a disposal and what became of it."""

    __tablename__ = "disposal_line"
    __table_args__ = (
        Index(
            "uq_disposal_line_open",
            "asset_id",
            unique=True,
            postgresql_where=text("ending IS NULL"),
        ),
        Index("ix_disposal_line_asset_id", "asset_id"),
        CheckConstraint("(ending IS NULL) = (ended_at IS NULL)", name="ended"),
    )

    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    ending: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str | None]


class DisposalStep(Base):
    """A step that was taken: on which day, on which paper, by which day it was due."""

    __tablename__ = "disposal_step"
    __table_args__ = (
        Index("ix_disposal_step_disposal_id", "disposal_id"),
        Index(
            "uq_disposal_step_once",
            "disposal_id",
            "step",
            unique=True,
            postgresql_where=text("step NOT IN ('carried_out', 'refused')"),
        ),
    )

    id: Mapped[Id]
    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    step: Mapped[str]
    done_on: Mapped[date]
    paper: Mapped[str | None]
    words: Mapped[str | None]
    amount: Mapped[Decimal | None]
    due_on: Mapped[date | None]
    article: Mapped[str | None]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    actor_name: Mapped[str]


class DisposalMember(Base):
    """A member of a destruction council."""

    __tablename__ = "disposal_member"
    __table_args__ = (Index("ix_disposal_member_office_id", "office_id"),)

    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    post: Mapped[str]
    body: Mapped[str]
    chairs: Mapped[bool]


means("uq_disposal_line_open", DecidedAlready)
means("uq_disposal_step_once", Duplicate)

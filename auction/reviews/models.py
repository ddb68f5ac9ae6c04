"""Flags on assets and the reviews that answer them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.reviews.rules import ReviewOpenAlready
from inventory.base.orm import Base, Id, means


class Flag(Base):
    """A tier of failed rounds in a row that an asset reached, with the rounds it was raised on.

    ``first_round_id`` and ``last_round_id`` are the first and the last failed round of the run on
    that day; prices, days and lots follow from them, and held rounds are never changed. Asset, rule
    and rounds come from the kept counter, which has been checked, and are never removed; they are
    not checked again for each of many thousand flags of a sweep.
    """

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("asset_id", "rule_key", "tier", "run_number"),
        Index("ix_flag_office_open", "office_id", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_flag_worst", "failed_in_a_row", "id", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    asset_id: Mapped[int]
    office_id: Mapped[int]
    rule_key: Mapped[str]
    rule_id: Mapped[int | None]
    tier: Mapped[int]
    run_number: Mapped[int]
    failed_in_a_row: Mapped[int]
    first_round_id: Mapped[int]
    last_round_id: Mapped[int]
    as_of: Mapped[date]
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))


class Review(Base):
    """The inspection of one asset, from the day it is taken up to its conclusion."""

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_open",
            "asset_id",
            unique=True,
            postgresql_where=text("concluded_at IS NULL"),
        ),
        Index("ix_review_office_id_id", "office_id", "id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    inspector_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    inspector_name: Mapped[str]
    opened_at: Mapped[datetime]
    conclusion: Mapped[str | None]
    conclusion_text: Mapped[str | None]
    responsible: Mapped[str | None]
    due_on: Mapped[date | None]
    document_number: Mapped[str | None]
    concluded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")


class Finding(Base):
    """One thing a review found, with the article it offends, if any."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_review_id", "review_id"),)

    id: Mapped[Id]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    office_id: Mapped[int]
    code: Mapped[str]
    severity: Mapped[str]
    article: Mapped[str | None]
    text: Mapped[str]
    person: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SweepRun(Base):
    """One run of the sweep: up to which day it looked and what it raised."""

    __tablename__ = "sweep_run"

    id: Mapped[Id]
    as_of: Mapped[date]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    raised: Mapped[int]
    tiers: Mapped[str]


means("uq_review_open", ReviewOpenAlready)

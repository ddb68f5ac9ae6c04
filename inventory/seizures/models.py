"""Seizures as dated grounds."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.seizures.rules import AlreadySeizedForCase


class Seizure(Base):
    """An asset held for the debt of a case, from the decision until its release.

    ``followed_at`` is when the life of the asset took the decision up; imported history needs none.
    ``seized_by`` names who seized, where that was not the office itself; ``estimated_value`` is
    what the officer took it to be worth, until it is valued. ``way`` says how it came about;
    what was found on the spot ``supplements`` a first decision, from whose day its rank counts.
    """

    __tablename__ = "seizure"
    __table_args__ = (
        CheckConstraint("released_on IS NULL OR released_on >= decision_on", name="period"),
        Index(
            "uq_seizure_open",
            "asset_id",
            "case_id",
            unique=True,
            postgresql_where=text("released_on IS NULL"),
        ),
        Index(
            "ix_seizure_unfollowed",
            "id",
            postgresql_where=text("followed_at IS NULL"),
        ),
        Index("ix_seizure_asset_id", "asset_id"),
        Index("ix_seizure_case_id", "case_id"),
        Index("ix_seizure_office_id_decision_on", "office_id", "decision_on", "id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("enforcement_case.id"))
    decision_number: Mapped[str]
    decision_on: Mapped[date]
    minutes: Mapped[str | None]
    debtor_asked: Mapped[bool] = mapped_column(server_default="false")
    way: Mapped[str] = mapped_column(server_default="decision")
    supplements: Mapped[str | None]
    supplements_on: Mapped[date | None]
    seized_by: Mapped[str | None]
    estimated_value: Mapped[Decimal | None]
    released_on: Mapped[date | None]
    release_decision: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]
    followed_at: Mapped[datetime | None]


means("uq_seizure_open", AlreadySeizedForCase)

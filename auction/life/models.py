"""The steps of assets: one row a step, never changed."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from auction.life.rules import LifeMovedOn
from inventory.base.orm import Base, Id, means


class AssetStep(Base):
    """A step of an asset: what was done on which day, by which law, on which paper.

    ``seq`` counts the steps of an asset without gaps, ``life`` its lives: one thing may be seized
    again after the first seizure came to its end. ``state`` is where the asset stands afterwards;
    ``unrecorded`` names steps of the plain way that were passed over; ``afterwards`` marks one that
    was recorded later than the steps after it. Lots and rounds belong to rooms above: their numbers
    are kept as they were, without a foreign key.
    """

    __tablename__ = "asset_step"
    __table_args__ = (
        UniqueConstraint("asset_id", "seq"),
        Index("ix_asset_step_office_id_on_day", "office_id", "on_day", "id"),
        Index(
            "ix_asset_step_life",
            "asset_id",
            "life",
            "seq",
            postgresql_where=text("life > 1"),
        ),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    seq: Mapped[int]
    life: Mapped[int]
    step: Mapped[str]
    on_day: Mapped[date]
    state: Mapped[str]
    since_on: Mapped[date]
    regime: Mapped[str]
    article: Mapped[str]
    confidence: Mapped[str]
    document: Mapped[str | None]
    note: Mapped[str | None]
    unrecorded: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    afterwards: Mapped[bool]
    lot_id: Mapped[int | None]
    lot: Mapped[str | None]
    round_id: Mapped[int | None]
    round_number: Mapped[int | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]
    recorded_by: Mapped[str]


means("uq_asset_step_asset_id_seq", LifeMovedOn)

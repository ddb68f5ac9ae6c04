"""Seals, their openings, who was present, how they were found, and damage."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.seals.rules import DamageOpen, NotSealed, SealInUse, SealNotWaiting


class Seal(Base):
    """A numbered seal on an asset; ``ended_at`` once it is opened, nothing else ever changes.

    ``minutes`` is the number of the minutes of sealing; ``paper`` their reference if they are ours.
    """

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("photo_sha256 ~ '^[0-9a-f]{64}$'", name="photo"),
        Index(
            "uq_seal_in_force",
            "office_id",
            "number",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("uq_seal_replaces_id", "replaces_id", unique=True),
        Index("ix_seal_asset_id", "asset_id"),
        Index("ix_seal_office_id_id", "office_id", "id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    number: Mapped[str]
    sealed_on: Mapped[date | None]
    sealed_by: Mapped[str]
    state_before: Mapped[str | None]
    state_after: Mapped[str | None]
    minutes: Mapped[str | None]
    paper: Mapped[str | None]
    photo_sha256: Mapped[str | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]


class SealOpening(Base):
    """The opening of a seal: looked at first, then opened, for a reason, with minutes."""

    __tablename__ = "seal_opening"
    __table_args__ = (
        CheckConstraint("photo_sha256 ~ '^[0-9a-f]{64}$'", name="photo"),
        Index("uq_seal_opening_seal_id", "seal_id", unique=True),
        Index("ix_seal_opening_asset_id", "asset_id"),
        Index("ix_seal_opening_office_id_seal_id", "office_id", "seal_id"),
    )

    id: Mapped[Id]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    opened_on: Mapped[date]
    opened_by: Mapped[str]
    purpose: Mapped[str]
    reason: Mapped[str]
    state_found: Mapped[str]
    found: Mapped[str]
    minutes: Mapped[str]
    paper: Mapped[str]
    photo_sha256: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SealPresent(Base):
    """Somebody present at a sealing or an opening, and why he did not sign if he did not."""

    __tablename__ = "seal_present"
    __table_args__ = (Index("ix_seal_present_seal_id", "seal_id"),)

    id: Mapped[Id]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("seal_opening.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    name: Mapped[str]
    role: Mapped[str]
    refusal: Mapped[str | None]


class SealCheck(Base):
    """How a seal was found; ``seq`` is the custody entry it was noted with."""

    __tablename__ = "seal_check"
    __table_args__ = (
        Index("ix_seal_check_seal_id", "seal_id"),
        Index("ix_seal_check_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    occasion: Mapped[str]
    seq: Mapped[int | None]
    state: Mapped[str]
    note: Mapped[str | None]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    actor_name: Mapped[str]


class SealDamage(Base):
    """A seal found torn or missing, and what the competent body concluded."""

    __tablename__ = "seal_damage"
    __table_args__ = (
        Index(
            "uq_seal_damage_open",
            "seal_id",
            unique=True,
            postgresql_where=text("concluded_on IS NULL"),
        ),
        Index(
            "ix_seal_damage_office_id_open",
            "office_id",
            postgresql_where=text("concluded_on IS NULL"),
        ),
        Index("ix_seal_damage_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    state: Mapped[str]
    occasion: Mapped[str]
    article: Mapped[str]
    found_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    concluded_on: Mapped[date | None]
    conclusion_body: Mapped[str | None]
    conclusion_number: Mapped[str | None]
    conclusion: Mapped[str | None]
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_seal_in_force", SealInUse)
means("uq_seal_replaces_id", SealNotWaiting)
means("uq_seal_opening_seal_id", NotSealed)
means("uq_seal_damage_open", DamageOpen)

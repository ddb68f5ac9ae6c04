"""Holds on assets, lots and cases: opened once, ended once, kept for ever."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from auction.legal_rules.models import LegalRule
from inventory.assets.models import Asset
from inventory.base.orm import Base, Id
from inventory.organisation.models import Staff


class Hold(Base):
    """A ground that stops limits and acts, by which article, on which paper, until when.

    ``subject_id`` names an asset, a lot or a case; ``stops`` are the acts that wait, as the law of
    its first day said. ``binding`` is whether the office had no choice.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("longest_until IS NULL OR longest_until >= started_on", name="longest"),
        CheckConstraint(
            "(ended_on IS NULL) = (ended_at IS NULL) AND (ended_on IS NULL) = (end_reason IS NULL)",
            name="ended",
        ),
        CheckConstraint("ended_on >= started_on - 1", name="span"),
        Index("ix_hold_open", "office_id", "id", postgresql_where=text("ended_on IS NULL")),
        Index("ix_hold_longest", "longest_until", postgresql_where=text("ended_on IS NULL")),
        Index("ix_hold_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_ref: Mapped[str]
    ground: Mapped[str]
    ground_on: Mapped[date]
    article: Mapped[str]
    confidence: Mapped[str]
    rule_id: Mapped[int] = mapped_column(ForeignKey(LegalRule.id))
    document: Mapped[str]
    authority: Mapped[str | None]
    proof: Mapped[str | None]
    binding: Mapped[bool | None]
    started_on: Mapped[date]
    longest_until: Mapped[date | None]
    stops: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    opened_by: Mapped[str]
    ended_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]
    end_document: Mapped[str | None]
    end_note: Mapped[str | None]


class HoldAsset(Base):
    """An asset that a hold keeps."""

    __tablename__ = "hold_asset"
    __table_args__ = (Index("ix_hold_asset_asset_id", "asset_id"),)

    hold_id: Mapped[int] = mapped_column(ForeignKey(Hold.id), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), primary_key=True)
    office_id: Mapped[int]

"""Departures: what was asked, what was decided, by which act it was used; rows never change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auction.departures.rules import DepartureDecided, DepartureUsed
from inventory.base.orm import Base, Id, means


class Departure(Base):
    """A wish to depart from a rule for one subject, with its reason."""

    __tablename__ = "departure"
    __table_args__ = (
        Index("ix_departure_subject", "subject_kind", "subject_ref", "rule_key"),
        Index("ix_departure_office_id_id", "office_id", "id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    rule_key: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    confidence: Mapped[str]
    subject_kind: Mapped[str]
    subject_ref: Mapped[str]
    asset_id: Mapped[int | None]
    lot_id: Mapped[int | None]
    on_day: Mapped[date]
    reason: Mapped[str]
    document: Mapped[str | None]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None]
    asked_by: Mapped[str]


class DepartureDecision(Base):
    """What the second person decided."""

    __tablename__ = "departure_decision"

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), primary_key=True)
    office_id: Mapped[int]
    approved: Mapped[bool]
    words: Mapped[str | None]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]
    decided_by: Mapped[str]


class DepartureUse(Base):
    """The act that went through on a departure, once."""

    __tablename__ = "departure_use"

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), primary_key=True)
    office_id: Mapped[int]
    refusal: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    used_at: Mapped[datetime]
    used_by_id: Mapped[int | None]
    used_by: Mapped[str]


means("pk_departure_decision", DepartureDecided)
means("pk_departure_use", DepartureUsed)

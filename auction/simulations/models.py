"""Simulations of draft rules: what was run, the figures by office, and the cases that change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auction.legal_rules.models import LegalParameter, RuleDraft, RuleSet
from inventory.base.orm import Base, Id
from inventory.organisation.models import Staff


class RuleSimulation(Base):
    """A value tried on the history of some days, with the rules that were in use then."""

    __tablename__ = "rule_simulation"
    __table_args__ = (
        CheckConstraint("until >= since", name="period"),
        Index("ix_rule_simulation_draft_id", "draft_id"),
    )

    id: Mapped[Id]
    draft_id: Mapped[int | None] = mapped_column(ForeignKey(RuleDraft.id))
    key: Mapped[str] = mapped_column(ForeignKey(LegalParameter.key))
    scope: Mapped[str | None]
    value: Mapped[Any] = mapped_column(JSONB)
    unit: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    as_of: Mapped[date]
    rule_set_id: Mapped[int] = mapped_column(ForeignKey(RuleSet.id))
    whole_country: Mapped[bool]
    ran_at: Mapped[datetime]
    ran_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    ran_by_name: Mapped[str]


class SimulationFigure(Base):
    """How many things of an office were judged in a way."""

    __tablename__ = "rule_simulation_figure"

    simulation_id: Mapped[int] = mapped_column(
        ForeignKey(RuleSimulation.id), primary_key=True, autoincrement=False
    )
    office_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class SimulationCase(Base):
    """One thing that the draft would have judged otherwise."""

    __tablename__ = "rule_simulation_case"

    simulation_id: Mapped[int] = mapped_column(
        ForeignKey(RuleSimulation.id), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    change: Mapped[str]
    on_day: Mapped[date]
    subject_kind: Mapped[str]
    subject_ref: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)

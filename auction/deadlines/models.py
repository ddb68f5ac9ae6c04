"""Deadlines: what was due, by which row of law and which calendar, and when it was met."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auction.legal_rules.models import CalendarVersion, RuleSet
from inventory.assets.models import Asset
from inventory.base.orm import Base, Id
from inventory.organisation.models import Staff


class Deadline(Base):
    """A due date of an office: met, voided, excused, or moved by a row that says why.

    ``still`` are the spans in which the limit stood still, ``paused_on`` is since when it does; an
    ``agreed`` day was granted and is not counted anew; ``granted`` says on which ground. ``lot_id``
    and ``excused_hold_id`` name rows of rooms above and therefore carry no foreign key; offices,
    staff, rules and calendars are never removed, and a foreign key would have every act lock the
    same few of them. A case is known by a number of its office, everything else by one of all.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "uq_deadline_event",
            "subject_kind",
            "subject_ref",
            "rule_key",
            "scope",
            "started_on",
            text("(office_id * (subject_kind = 'case')::integer)"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(met_on IS NULL) = (met_at IS NULL)", name="met"),
        CheckConstraint("(voided_on IS NULL) = (voided_why IS NULL)", name="voided"),
        CheckConstraint("(excused_from IS NULL) = (excused_proof IS NULL)", name="excused"),
        Index(
            "ix_deadline_open",
            "office_id",
            "due_on",
            "id",
            postgresql_where=text("met_on IS NULL AND voided_on IS NULL"),
        ),
        Index("ix_deadline_asset_id", "asset_id"),
        Index("ix_deadline_lot_id", "lot_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int]
    rule_id: Mapped[int]
    rule_key: Mapped[str]
    scope: Mapped[str | None]
    article: Mapped[str]
    confidence: Mapped[str]
    event: Mapped[str | None]
    started_on: Mapped[date]
    due_on: Mapped[date]
    calendar_id: Mapped[int]
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    subject_kind: Mapped[str]
    subject_ref: Mapped[str]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey(Asset.id))
    lot_id: Mapped[int | None]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None]
    met_on: Mapped[date | None]
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[int | None]
    warn_on: Mapped[date]
    paused_on: Mapped[date | None]
    still: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    agreed: Mapped[bool] = mapped_column(server_default="false")
    granted: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    voided_on: Mapped[date | None]
    voided_why: Mapped[str | None]
    excused_from: Mapped[date | None]
    excused_until: Mapped[date | None]
    excused_hold_id: Mapped[int | None]
    excused_proof: Mapped[str | None]


class Standstill(Base):
    """That the limits of a subject stand still while a hold is open; ``keys`` none means all.

    ``proof`` is that of force majeure, under which limits run on and are excused.

    ``hold_id`` and ``subject_id`` name rows of rooms above.
    """

    __tablename__ = "standstill"
    __table_args__ = (
        UniqueConstraint("hold_id", "subject_kind", "subject_id"),
        Index(
            "ix_standstill_open",
            "subject_kind",
            "subject_id",
            postgresql_where=text("to_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    hold_id: Mapped[int]
    office_id: Mapped[int]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_ref: Mapped[str]
    keys: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    spares: Mapped[list[str]] = mapped_column(ARRAY(Text))
    proof: Mapped[str | None]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class DeadlineRecount(Base):
    """The order to count all open limits anew, and how far it was carried out."""

    __tablename__ = "deadline_recount"

    id: Mapped[Id]
    calendar_id: Mapped[int] = mapped_column(ForeignKey(CalendarVersion.id))
    set_id: Mapped[int] = mapped_column(ForeignKey(RuleSet.id))
    why: Mapped[str]
    ordered_at: Mapped[datetime]
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
    ordered_by: Mapped[str]
    seen: Mapped[int] = mapped_column(server_default="0")
    moved: Mapped[int] = mapped_column(server_default="0")
    last_id: Mapped[int] = mapped_column(server_default="0")
    finished_at: Mapped[datetime | None]


class DeadlineMove(Base):
    """A move of a due date; written only by the database's function that moves it.

    A move without a new day means that the limit stands still. The ids are no foreign keys: the
    function has them from the rows it moves.
    """

    __tablename__ = "deadline_move"
    __table_args__ = (
        CheckConstraint("why IN ('pause', 'resume', 'calendar', 'rule', 'extension')", name="why"),
        Index("ix_deadline_move_deadline_id", "deadline_id"),
        Index(
            "ix_deadline_move_recount_id",
            "recount_id",
            "id",
            postgresql_where=text("recount_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    deadline_id: Mapped[int]
    office_id: Mapped[int]
    why: Mapped[str]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date | None]
    old_rule_id: Mapped[int]
    rule_id: Mapped[int]
    old_calendar_id: Mapped[int]
    calendar_id: Mapped[int]
    moved_on: Mapped[date]
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[int | None]
    moved_by: Mapped[str]
    hold_id: Mapped[int | None]
    recount_id: Mapped[int | None]
    document: Mapped[str | None]

"""Legal rules and calendars as loaded: rows are never edited, a newer set retires and adds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from auction.legal_rules.drafting import DraftClosed
from inventory.base.orm import Base, Id, means
from inventory.organisation.models import Staff


class RuleSet(Base):
    """One loading of the shipped rules and calendar, or one approved draft (``draft_id``)."""

    __tablename__ = "rule_set"
    __table_args__ = (UniqueConstraint("draft_id"),)

    id: Mapped[Id]
    digest: Mapped[str]
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("rule_draft.id", use_alter=True, name="fk_rule_set_draft_id")
    )
    loaded_at: Mapped[datetime]
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))


class LegalParameter(Base):
    """What a rule is about, in words."""

    __tablename__ = "legal_parameter"

    key: Mapped[str] = mapped_column(primary_key=True)
    section: Mapped[str]
    title_en: Mapped[str]
    title_vi: Mapped[str]


class LegalRule(Base):
    """A dated value of a parameter; a decision keeps the id of the row it stood on.

    A row that turns out wrong or ends is retired by a later set, which brings its own row.
    """

    __tablename__ = "legal_rule"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("confidence IN ('A', 'B', 'C')", name="confidence"),
        CheckConstraint("direction IN ('after', 'before')", name="direction"),
        ExcludeConstraint(
            ("key", "="),
            (text("coalesce(scope, '')"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_legal_rule_overlap",
            where=text("retired_set_id IS NULL"),
            using="gist",
        ),
        Index("ix_legal_rule_key_valid_from", "key", "valid_from"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(ForeignKey(LegalParameter.key))
    scope: Mapped[str | None]
    value: Mapped[Any] = mapped_column(JSONB)
    unit: Mapped[str]
    direction: Mapped[str]
    anchor: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    article: Mapped[str]
    confidence: Mapped[str]
    note_en: Mapped[str | None]
    note_vi: Mapped[str | None]
    added_set_id: Mapped[int] = mapped_column(ForeignKey(RuleSet.id))
    retired_set_id: Mapped[int | None] = mapped_column(ForeignKey(RuleSet.id))


class RuleDraft(Base):
    """A dated value somebody proposes, with the text it is taken from; never changed.

    ``base_id`` is the row in use that it would replace, as it was when the draft was entered.
    """

    __tablename__ = "rule_draft"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("confidence IN ('A', 'B', 'C')", name="confidence"),
        CheckConstraint("direction IN ('after', 'before')", name="direction"),
        Index("ix_rule_draft_key", "key", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(ForeignKey(LegalParameter.key))
    scope: Mapped[str | None]
    value: Mapped[Any] = mapped_column(JSONB)
    unit: Mapped[str]
    direction: Mapped[str]
    anchor: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    article: Mapped[str]
    source_text: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str | None]
    reason: Mapped[str]
    retroactive: Mapped[bool]
    base_id: Mapped[int | None] = mapped_column(ForeignKey(LegalRule.id))
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(Staff.id))
    entered_by_name: Mapped[str]


class RuleDraftClosing(Base):
    """How a draft ended, by whom and why; one row a draft, for ever."""

    __tablename__ = "rule_draft_closing"

    draft_id: Mapped[int] = mapped_column(
        ForeignKey(RuleDraft.id), primary_key=True, autoincrement=False
    )
    act: Mapped[str]
    reason: Mapped[str]
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey(Staff.id))
    closed_by_name: Mapped[str]


class CalendarVersion(Base):
    """A working calendar as it was known when it was loaded; due dates keep its id."""

    __tablename__ = "calendar_version"

    id: Mapped[Id]
    country: Mapped[str]
    source: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    first_year: Mapped[int]
    last_year: Mapped[int]
    announced_through: Mapped[int]
    weekend: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    added_set_id: Mapped[int] = mapped_column(ForeignKey(RuleSet.id))


class CalendarDay(Base):
    """A day off, or a Saturday worked in exchange for one."""

    __tablename__ = "calendar_day"

    version_id: Mapped[int] = mapped_column(ForeignKey(CalendarVersion.id), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name_vi: Mapped[str | None]
    name_en: Mapped[str | None]
    exchanged_for_on: Mapped[date | None]


means("pk_rule_draft_closing", DraftClosed)
means("uq_rule_set_draft_id", DraftClosed)

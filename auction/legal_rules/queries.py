"""Reading the rules in use: one row for a step, the parameters of a sale, lists, the calendar.

Rules and calendar are the same for every office, so they are not scoped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Engine, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from auction.legal_rules.certainty import hear
from auction.legal_rules.models import (
    CalendarDay,
    CalendarVersion,
    LegalParameter,
    LegalRule,
    RuleSet,
)
from auction.legal_rules.rules import (
    CalendarUnknown,
    DayKind,
    DayOff,
    Rule,
    RuleUnknown,
    SaleParameters,
    Section,
    WorkingCalendar,
    choose_rule,
    sale_parameters,
)
from auction.legal_rules.schemas import CalendarOut, RuleRow
from auction.legal_rules.words import Word, cite, value_words, word
from inventory.base.direct import Direct
from inventory.base.errors import Basis
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _

SALE_KEYS = (
    "max_reduction_pct",
    "counted_outcomes",
    "resetting_outcomes",
    "failed_rounds_flag",
    "setoff_from_reduction",
    "floor_test",
    "floor_near_ratio",
)

NO_CALENDAR = _("No working calendar is loaded.")

Version = tuple[Any, ...]
VERSION = (
    "current_database()",
    "(SELECT count(*) FROM rule_set)",
    "(SELECT max(id) FROM rule_set)",
    "(SELECT count(*) FROM calendar_version)",
    "(SELECT max(id) FROM calendar_version)",
)
"""Which rules and days there are, in SQL.

Rows come and go with their set, days with their version of the calendar; both are only added to.
"""

RULE_COLUMNS = (
    LegalRule.id,
    LegalRule.key,
    LegalRule.scope,
    LegalRule.value,
    LegalRule.unit,
    LegalRule.direction,
    LegalRule.anchor,
    LegalRule.valid_from,
    LegalRule.valid_to,
    LegalRule.article,
    LegalRule.confidence,
    LegalRule.note_en,
    LegalRule.note_vi,
)


@contextmanager
def rules_at_hand(session: Session, version: Version | None = None) -> Iterator[None]:
    """Inside, every question to the rules and the calendar is answered from memory.

    For an act that asks many of them. One short statement finds out whether what this process
    remembers is what the database holds, unless the act asked for ``VERSION`` with something else;
    inside, nothing may change a rule.
    """
    if _AT_HAND in session.info:
        yield
        return
    session.info[_AT_HAND] = _recall(session, version or _VERSION.ask(session.connection(), {}))
    try:
        yield
    finally:
        del session.info[_AT_HAND]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What a process remembers of one state of the law."""

    rules: tuple[Rule, ...]
    by_key: dict[str, list[Rule]]
    calendar: WorkingCalendar | None


_AT_HAND = "legal_rules.at_hand"
_remembered: WeakKeyDictionary[Engine, dict[Version | None, _Known]] = WeakKeyDictionary()
_remembering = Lock()
_heard: list[_Known] = []
_VERSION = Direct(f"SELECT {', '.join(VERSION)}")
_STATE = Direct(
    "SELECT current_database(), count(*), max(id), sum(id) FILTER (WHERE retired_set_id IS NULL),"
    " (SELECT count(*) FROM calendar_version), (SELECT max(id) FROM calendar_version)"
    " FROM legal_rule"
)
"""What the tables hold at this moment, also in the middle of an act that changes a rule."""
STATES_KEPT = 8


def _known(session: Session) -> _Known:
    """The law as the database has it now; it is read again only when it is another."""
    at_hand: _Known | None = session.info.get(_AT_HAND)
    if at_hand is not None:
        return at_hand
    if session.autoflush:
        session.flush()
    return _recall(session, _STATE.ask(session.connection(), {}))


def _recall(session: Session, version: Version | None) -> _Known:
    connection = session.connection()
    known = _remembered.get(connection.engine, {}).get(version)
    if known is None:
        before = _STATE.ask(connection, {})
        known = _read(session)
        if _STATE.ask(connection, {}) == before:  # nobody changed it meanwhile
            _remember(connection.engine, version, known)
    if _heard != [known]:
        hear(known.rules)
        _heard[:] = [known]
    return known


def _remember(engine: Engine, version: Version | None, known: _Known) -> None:
    """Keep a state of one database; another server may hold one of the same name and numbers."""
    with _remembering:
        kept = _remembered.setdefault(engine, {})
        while len(kept) >= STATES_KEPT:
            del kept[next(iter(kept))]
        kept[version] = known


def _read(session: Session) -> _Known:
    statement = select(*RULE_COLUMNS).where(LegalRule.retired_set_id.is_(None))
    rules = tuple(_rule(row) for row in session.execute(statement.order_by(LegalRule.id)))
    by_key: dict[str, list[Rule]] = {}
    for rule in rules:
        by_key.setdefault(rule.key, []).append(rule)
    version = _newest_version(session)
    return _Known(rules, by_key, _read_calendar(session, version) if version else None)


def rules_in_use(session: Session, *keys: str) -> tuple[Rule, ...]:
    """Every row in use, or those of some parameters."""
    known = _known(session)
    if not keys:
        return known.rules
    return tuple(rule for key in keys for rule in known.by_key.get(key, ()))


def rule_on(session: Session, key: str, on: date, scope: str | None = None) -> Rule:
    """The row that serves a step on a day.

    Raises RuleUnknown, ScopeNeeded.
    """
    return choose_rule(rules_in_use(session, key), key, on, scope)


def basis_on(session: Session, key: str, on: date, scope: str | None = None) -> Basis:
    """What a refusal stands on: the row of a rule that serves on a day, else the one nearest to it.

    Raises RuleUnknown where there is no rule of that key.
    """
    rows = [row for row in rules_in_use(session, key) if scope is None or row.scope == scope]
    if not rows:
        raise RuleUnknown(_("No legal rule is called %(key)s."), key=key)
    before = [row for row in rows if row.valid_from <= on]
    return (max(before, key=_begin) if before else min(rows, key=_begin)).basis


def _begin(row: Rule) -> date:
    return row.valid_from


def sale_parameters_on(session: Session, on: date) -> SaleParameters:
    """What the rounds of a lot need from the law on a day, in one statement.

    Raises RuleUnknown.
    """
    return sale_parameters(rules_in_use(session, *SALE_KEYS), on)


def title_of(session: Session, key: str) -> Word | None:
    """What a parameter is about, None where there is none of that key."""
    row = session.execute(
        select(LegalParameter.title_en, LegalParameter.title_vi).where(LegalParameter.key == key)
    ).one_or_none()
    return Word(*row) if row else None


def newest_digest(session: Session) -> str | None:
    """The digest of the shipped rules and calendar loaded last."""
    shipped = select(RuleSet.digest).where(RuleSet.draft_id.is_(None))
    return session.scalar(shipped.order_by(RuleSet.id.desc()).limit(1))


def list_rules(
    session: Session,
    *,
    on: date | None = None,
    key: str | None = None,
    section: Section | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[RuleRow]:
    """Rows in use in the order of their keys, those of a day or of one parameter."""
    statement = _listed(on, key, section)
    after = decode_cursor(cursor, str, int)
    if after:
        statement = statement.where(
            or_(LegalRule.key > after[0], (LegalRule.key == after[0]) & (LegalRule.id > after[1]))
        )
    statement = statement.order_by(LegalRule.key, LegalRule.id).limit(size + 1)
    rows = [rule_row(row) for row in session.execute(statement)]
    return page_of(rows, size, key=lambda row: (row.key, row.id))


def rules_of_day(session: Session, on: date) -> list[RuleRow]:
    """All rows in force on a day, in the order in which they were written."""
    return [
        rule_row(row) for row in session.execute(_listed(on, None, None).order_by(LegalRule.id))
    ]


def calendar_in_use(session: Session) -> CalendarOut:
    """Which calendar is in use.

    Raises CalendarUnknown where none was loaded.
    """
    version = _newest_version(session)
    if version is None:
        raise CalendarUnknown(NO_CALENDAR)
    return CalendarOut(
        version.id,
        version.country,
        version.source,
        version.first_year,
        version.last_year,
        version.announced_through,
    )


def calendar(session: Session) -> WorkingCalendar:
    """The working calendar in use; its days are read once per version.

    Raises CalendarUnknown where none was loaded.
    """
    known = _known(session).calendar
    if known is None:
        raise CalendarUnknown(NO_CALENDAR)
    return known


def _newest_version(session: Session) -> CalendarVersion | None:
    newest = select(func.max(CalendarVersion.id)).scalar_subquery()
    return session.scalar(select(CalendarVersion).where(CalendarVersion.id == newest))


def _read_calendar(session: Session, version: CalendarVersion) -> WorkingCalendar:
    statement = select(
        CalendarDay.day_on,
        CalendarDay.kind,
        CalendarDay.name_vi,
        CalendarDay.name_en,
        CalendarDay.exchanged_for_on,
    ).where(CalendarDay.version_id == version.id)
    off: dict[date, DayOff] = {}
    worked: dict[date, date] = {}
    for day, kind, vi, en, exchanged_for in session.execute(statement):
        if kind != DayKind.WORKING_DAY:
            off[day] = DayOff(day, DayKind(kind), vi or "", en or "")
        elif exchanged_for is not None:
            worked[day] = exchanged_for
    return WorkingCalendar(
        country=version.country,
        source=version.source,
        first_year=version.first_year,
        last_year=version.last_year,
        announced_through=version.announced_through,
        weekend={int(day): (vi, en) for day, (vi, en) in version.weekend.items()},
        off=off,
        worked=worked,
        id=version.id,
    )


def _listed(on: date | None, key: str | None, section: Section | None) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            *RULE_COLUMNS, LegalParameter.section, LegalParameter.title_en, LegalParameter.title_vi
        )
        .join(LegalParameter, LegalParameter.key == LegalRule.key)
        .where(LegalRule.retired_set_id.is_(None))
    )
    if on is not None:
        statement = statement.where(
            LegalRule.valid_from <= on,
            or_(LegalRule.valid_to.is_(None), LegalRule.valid_to >= on),
        )
    if key is not None:
        statement = statement.where(LegalRule.key == key)
    if section is not None:
        statement = statement.where(LegalParameter.section == section)
    return statement


def _rule(row: Row[Any]) -> Rule:
    return msgspec.convert(dict(row._mapping), Rule)  # noqa: SLF001 - SQLAlchemy's public name


def rule_row(row: Row[Any]) -> RuleRow:
    """A row of the table with the words of its parameter."""
    rule = msgspec.convert(
        {name: row._mapping[name] for name in Rule.__struct_fields__},  # noqa: SLF001 - as above
        Rule,
    )
    return row_in_words(rule, Section(row.section), Word(row.title_en, row.title_vi))


def row_in_words(rule: Rule, section: Section, title: Word) -> RuleRow:
    """A row with the words of its codes."""
    return RuleRow(
        id=rule.id or 0,
        key=rule.key,
        section=section,
        title=title,
        scope=rule.scope,
        scope_name=word("scopes", rule.scope) if rule.scope else None,
        value=rule.value,
        value_text=value_words(rule),
        unit=rule.unit,
        direction=rule.direction,
        anchor=rule.anchor,
        anchor_name=word("events", rule.anchor) if rule.anchor else None,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        article=rule.article,
        citation=cite(rule.article),
        confidence=rule.confidence,
        note=Word(rule.note_en, rule.note_vi or rule.note_en) if rule.note_en else None,
    )

"""The rules and the calendar that the program ships, read from their TOML files.

The calculators of the command line answer from these files without a database; loading them into
the database is an act of its own (commands).
"""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from auction.legal_rules.rules import (
    Confidence,
    DayKind,
    DayOff,
    Direction,
    Parameter,
    Rule,
    RuleUnknown,
    Section,
    Unit,
    Value,
    WorkingCalendar,
)
from inventory.base.messages import _

SEED = Path(__file__).parent / "seed"
CALENDAR = SEED / "calendar_vn.toml"


class SeedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """A dated row as written in a rule file; unit and event fall back to those of its table."""

    value: Value
    start: date
    article: str
    confidence: Confidence
    to: date | None = None
    scope: str | None = None
    unit: Unit | None = None
    after: str | None = None
    before: str | None = None
    note: str | None = None
    note_vi: str | None = None


class SeedTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter as written in a rule file."""

    en: str
    vi: str
    unit: Unit
    rows: tuple[SeedRow, ...]
    after: str | None = None
    before: str | None = None


def rule_files() -> list[Path]:
    """The rule files, in the order of their sections."""
    return sorted(SEED.glob("rules_*.toml"))


def shipped_parameters() -> tuple[Parameter, ...]:
    """Every parameter of every rule file."""
    return tuple(
        parameter for path in rule_files() for parameter in _parameters(path.read_text("utf-8"))
    )


def shipped_rules() -> tuple[Rule, ...]:
    """Every dated row of every rule file."""
    return tuple(rule for parameter in shipped_parameters() for rule in parameter.rules)


def shipped_parameter(key: str) -> Parameter:
    """One parameter; only the file that holds it is parsed.

    Raises RuleUnknown.
    """
    for path in rule_files():
        text = path.read_text("utf-8")
        if f"\n[{key}]\n" in text:
            return next(found for found in _parameters(text) if found.key == key)
    raise RuleUnknown(_("No legal rule is called %(key)s."), key=key)


def shipped_calendar(path: Path = CALENDAR) -> WorkingCalendar:
    """The working calendar as shipped."""
    return read_calendar(path.read_text("utf-8"))


def rules_digest() -> str:
    """SHA-256 over rules and calendar: the version of what is shipped."""
    digest = hashlib.sha256()
    for path in (*rule_files(), CALENDAR):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def calendar_digest() -> str:
    """SHA-256 over the calendar: its version."""
    return hashlib.sha256(CALENDAR.read_bytes()).hexdigest()


def read_calendar(text: str) -> WorkingCalendar:
    """A working calendar from its TOML text."""
    data = tomllib.loads(text)
    names: dict[str, dict[str, str]] = data["names"]
    off: dict[date, DayOff] = {}
    for written, code in data["off"].items():
        day = date.fromisoformat(written)
        kind, _colon, name = code.partition(":")
        off[day] = DayOff(day, DayKind(kind), names[name]["vi"], names[name]["en"])
    worked: dict[date, date] = {}
    for written, saturday in data["exchanged"].items():
        day = date.fromisoformat(written)
        vi = names["exchanged"]["vi"] % {"day": f"{saturday:%d/%m/%Y}"}
        en = names["exchanged"]["en"] % {"day": f"{saturday:%m/%d/%Y}"}
        off[day] = DayOff(day, DayKind.SUBSTITUTE_DAY_OFF, vi, en)
        worked[saturday] = day
    return WorkingCalendar(
        country=data["country"],
        source=data["source"],
        first_year=data["first_year"],
        last_year=data["last_year"],
        announced_through=data["announced_through"],
        weekend={int(day): (text["vi"], text["en"]) for day, text in data["weekend"].items()},
        off=dict(sorted(off.items())),
        worked=worked,
    )


def _parameters(text: str) -> Iterator[Parameter]:
    tables: dict[str, Any] = tomllib.loads(text)
    section = Section(tables.pop("section"))
    for key, raw in tables.items():
        table = msgspec.convert(raw, SeedTable)
        rules = tuple(_rule(key, table, row) for row in table.rows)
        yield Parameter(key, section, table.en, table.vi, rules)


def _rule(key: str, table: SeedTable, row: SeedRow) -> Rule:
    own = row.before or row.after
    before = row.before if own else table.before
    after = row.after if own else table.after
    return Rule(
        key=key,
        scope=row.scope,
        value=row.value,
        unit=row.unit or table.unit,
        direction=Direction.BEFORE if before else Direction.AFTER,
        anchor=before or after,
        valid_from=row.start,
        valid_to=row.to,
        article=row.article,
        confidence=row.confidence,
        note_en=row.note,
        note_vi=row.note_vi,
    )

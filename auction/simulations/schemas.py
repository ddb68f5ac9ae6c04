"""What is tried on history, and what came of it."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.legal_rules.rules import Unit, Value
from auction.legal_rules.schemas import Code
from auction.legal_rules.words import Word
from auction.simulations.rules import Change, Kind
from inventory.base.said import RowId, Said


class NewSimulation(Said, frozen=True, kw_only=True):
    """A draft by its number, or a value that was typed; and the days of history it is tried on.

    Without days, everything that is recorded.
    """

    draft_id: RowId | None = None
    key: Code | None = None
    scope: Code | None = None
    value: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    unit: Unit | None = None
    since: date | None = None
    until: date | None = None
    region: Code | None = None


class FigureRow(msgspec.Struct, frozen=True):
    """How many things of an office were judged in a way."""

    office_id: int
    office: str
    change: Change
    number: int


class CaseRow(msgspec.Struct, frozen=True):
    """One thing that would have been judged otherwise."""

    position: int
    office_id: int
    office: str
    change: Change
    on_day: date
    subject_kind: str
    subject_ref: str
    facts: dict[str, str | int | None]


class SimulationOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried, on which days, by which rules, and the totals in the reader's sight."""

    id: int
    kind: Kind
    draft_id: int | None
    key: str
    title: Word
    scope: str | None
    scope_name: Word | None
    value: Value
    value_text: Word
    unit: Unit
    since: date
    until: date
    as_of: date
    rule_set_id: int
    whole_country: bool
    ran_at: datetime
    ran_by_name: str
    judged: int
    changed: int
    totals: dict[Change, int]
    figures: list[FigureRow]

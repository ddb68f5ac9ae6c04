"""What the rules room hands out."""

from datetime import date

import msgspec

from auction.legal_rules.rules import Confidence, Direction, Section, Unit, Value
from auction.legal_rules.words import Word


class RuleRow(msgspec.Struct, frozen=True):
    """A dated row with the words of its parameter."""

    id: int
    key: str
    section: Section
    title: Word
    scope: str | None
    scope_name: Word | None
    value: Value
    value_text: Word
    unit: Unit
    direction: Direction
    anchor: str | None
    anchor_name: Word | None
    valid_from: date
    valid_to: date | None
    article: str
    citation: Word
    confidence: Confidence
    note: Word | None


class CalendarOut(msgspec.Struct, frozen=True):
    """Which working calendar is in use."""

    id: int
    country: str
    source: str
    first_year: int
    last_year: int
    announced_through: int


class Loaded(msgspec.Struct, frozen=True):
    """What a loading of the shipped rules changed."""

    added: int
    retired: int
    unchanged: int
    calendar_added: bool

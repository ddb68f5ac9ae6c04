"""What the rules room hands out."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.legal_rules.drafting import Closing
from auction.legal_rules.rules import Confidence, Direction, Section, Unit, Value
from auction.legal_rules.words import Word
from inventory.base.said import Line, Said

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
Article = Annotated[str, msgspec.Meta(min_length=3, max_length=200)]
SourceText = Annotated[str, msgspec.Meta(min_length=10, max_length=20_000)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


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
    """What a loading of the shipped rules changed.

    ``kept`` names the rules that people entered and that the shipped rows do not say: they stay.
    """

    added: int
    retired: int
    unchanged: int
    calendar_added: bool
    kept: tuple[str, ...] = ()


class NewDraft(Said, frozen=True, kw_only=True):
    """A dated value for a rule, with the text it is taken from.

    ``value`` is written as the rule's unit wants it, several with commas between them. ``unit``,
    ``direction`` and ``anchor`` are those of the row in use where they are left out.
    """

    key: Code
    scope: Code | None = None
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    unit: Unit | None = None
    direction: Direction | None = None
    anchor: Code | None = None
    valid_from: date
    valid_to: date | None = None
    article: Article
    source_text: SourceText
    confidence: Confidence
    note: Line | None = None
    reason: Reason
    retroactive: bool = False


class DraftClosing(Said, frozen=True, kw_only=True):
    """Why a draft is approved, rejected or withdrawn."""

    reason: Reason


class DraftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A draft with who entered it and what became of it."""

    id: int
    key: str
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
    source_text: str
    confidence: Confidence
    note: str | None
    reason: str
    retroactive: bool
    base_id: int | None
    entered_at: datetime
    entered_by_id: int
    entered_by_name: str
    act: Closing | None
    closing_reason: str | None
    closed_at: datetime | None
    closed_by_name: str | None


class DraftEffect(msgspec.Struct, frozen=True):
    """What an approval would do to the rows in use: the row replaced, the rows that come in."""

    replaced: RuleRow | None
    added: list[RuleRow]
    stale: bool


class Standing(msgspec.Struct, frozen=True):
    """How many decisions of some days stand on a row, and the last of their days."""

    decisions: int
    last_on: date | None


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is or was in use, and how it came in and went out."""

    row: RuleRow
    in_use: bool
    added_at: datetime
    draft_id: int | None
    retired_at: datetime | None
    retired_by_draft: int | None


class Difference(msgspec.Struct, frozen=True):
    """Rows of a rule as the program ships them and as people entered them."""

    key: str
    title: Word
    scope: str | None
    shipped: tuple[str, ...]
    in_use: tuple[str, ...]

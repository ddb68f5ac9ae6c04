"""What is said of a departure, and how it is shown."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.departures.rules import DepartureState
from auction.legal_rules.rules import Confidence
from auction.legal_rules.words import Word
from inventory.base.said import Line, Number, Said

Reason = Annotated[str, msgspec.Meta(min_length=10, max_length=4000)]
"""Why the rule is departed from, for everybody to read later."""


class NewDeparture(Said, frozen=True, kw_only=True):
    """The rule that is to be departed from, for what, and why."""

    rule_key: Number
    subject_kind: Number
    subject_ref: Number
    reason: Reason
    document: Line | None = None


class Decision(Said, frozen=True, kw_only=True):
    """What the second person says."""

    approved: bool
    words: Annotated[str, msgspec.Meta(max_length=4000)] | None = None


class Allowed(msgspec.Struct, frozen=True):
    """A departure that let an act through: why, by which paper, and who approved it."""

    id: int
    reason: str
    document: str | None
    approved_by: str

    @property
    def words(self) -> str:
        """What stands for ever beside the act; stored, so in the language of the papers."""
        return f"{self.reason} (người chấp thuận: {self.approved_by})"


class DepartureOut(msgspec.Struct, frozen=True, kw_only=True):
    """A departure with what became of it."""

    id: int
    rule_key: str
    title: Word
    article: str
    citation: Word
    confidence: Confidence
    subject_kind: str
    subject_ref: str
    office_id: int
    on_day: date
    reason: str
    document: str | None
    asked_at: datetime
    asked_by: str
    asked_by_id: int | None
    state: DepartureState
    words: str | None
    decided_by: str | None
    decided_at: datetime | None
    used_at: datetime | None
    used_by: str | None

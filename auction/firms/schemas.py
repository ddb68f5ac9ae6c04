"""What is said of a valuation firm, and how lists and pages show it."""

from datetime import date

import msgspec

from auction.firms.rules import Measure, Spread, Standing, Tie, TiedTo
from inventory.base.said import Line, Number, Said


class NewFirm(Said, frozen=True, kw_only=True):
    """A firm as it stands on the Ministry's public list, from which day to which."""

    name: Line
    list_number: Number
    province: Line
    address: Line | None = None
    listed_from: date
    listed_to: date | None = None


class NewMeasure(Said, frozen=True, kw_only=True):
    """The authority suspended the firm or struck it off."""

    kind: Measure
    from_on: date
    to_on: date | None = None
    decision: Number


class NewPerson(Said, frozen=True, kw_only=True):
    """Somebody of the firm; a valuer bears the number of his card."""

    name: Line
    licence: Line | None = None
    post: Line | None = None
    from_on: date


class NewConflict(Said, frozen=True, kw_only=True):
    """A tie of somebody of the firm: with a party of a case, or with an officer.

    ``case_number`` is needed for a tie with a party, ``officer`` (a staff code) for one with an
    officer, which then bars the firm from all his cases.
    """

    person: Line
    tie: Tie
    tied_to: TiedTo
    tied_name: Line
    case_number: Number | None = None
    officer: Number | None = None
    declared_on: date
    source: Line
    note: Line | None = None


class Ended(Said, frozen=True):
    """The last day of something."""

    on: date


class Ratios(msgspec.Struct, frozen=True, kw_only=True):
    """Price of the first sale, and last starting price, as shares of the firm's value.

    Over lots in sight that it valued alone; ``unsold`` were offered and never sold.
    """

    sale: Spread
    last_start: Spread
    unsold: int = 0


class FirmRow(msgspec.Struct, frozen=True, kw_only=True):
    """A firm in a list, as it stands on a day."""

    id: int
    name: str
    list_number: str
    province: str
    standing: Standing
    ratios: Ratios


class MeasureOut(msgspec.Struct, frozen=True, kw_only=True):
    """A measure against a firm."""

    id: int
    kind: Measure
    from_on: date
    to_on: date | None
    decision: str


class PersonOut(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a firm."""

    id: int
    name: str
    licence: str | None
    post: str | None
    from_on: date
    to_on: date | None


class ConflictOut(msgspec.Struct, frozen=True, kw_only=True):
    """A tie that was declared, of an office in sight."""

    id: int
    person: str
    tie: Tie
    tied_to: TiedTo
    tied_name: str
    case_number: str | None
    declared_on: date
    ended_on: date | None
    source: str | None
    note: str | None


class FirmOut(msgspec.Struct, frozen=True, kw_only=True):
    """One firm with all that is kept of it."""

    id: int
    name: str
    list_number: str
    province: str
    address: str | None
    listed_from: date
    listed_to: date | None
    standing: Standing
    measures: list[MeasureOut]
    people: list[PersonOut]
    conflicts: list[ConflictOut]
    ratios: Ratios
    least_sales: int

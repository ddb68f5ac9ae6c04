"""What is said when a portfolio changes hands, and how it is shown."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from auction.portfolios.rules import Group, State
from inventory.base.said import Line, Said

Reason = Annotated[str, msgspec.Meta(min_length=5, max_length=1000)]
Lines = Annotated[str, msgspec.Meta(max_length=100_000)]


class NewPortfolio(Said, frozen=True, kw_only=True):
    """Whose portfolio goes to whom, by their codes, and why."""

    giver_code: Line
    receiver_code: Line
    reason: Reason


class NewTaking(Said, frozen=True):
    """What is not taken over: a line each, ``number of the line: reason``."""

    refused: Lines | None = None


class NewGiving(Said, frozen=True):
    """Why the head signs for a giver who is gone; the giver himself says nothing."""

    given_for: Reason | None = None


class NewCancel(Said, frozen=True):
    """Why a hand-over is given up."""

    reason: Reason


class ItemOut(msgspec.Struct, frozen=True):
    """A thing of a portfolio."""

    id: int
    group: Group
    case_id: int | None
    code: str
    name: str
    state: str | None
    due_on: date | None
    refused: str | None


class PortfolioRow(msgspec.Struct, frozen=True):
    """A hand-over in a list."""

    id: int
    reference: str
    giver: str
    receiver: str
    as_of: date
    given_at: datetime | None
    taken_at: datetime | None
    cancelled_at: datetime | None
    paper: str | None
    paper_number: str | None

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.cancelled_at is not None:
            return State.CANCELLED
        return State.DONE if self.paper is not None else State.OPEN


class PortfolioOut(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over with its things by group."""

    id: int
    reference: str
    office_id: int
    giver_id: int
    giver: str
    receiver_id: int
    receiver: str
    reason: str
    as_of: date
    drawn_up_at: datetime
    given_at: datetime | None
    given_for: str | None
    taken_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    paper: str | None
    paper_number: str | None
    state: State
    counts: dict[Group, int]
    refused: int

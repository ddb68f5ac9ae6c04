"""Lines of the register and its closings, as pages and programs read them."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from inventory.base.said import Said
from inventory.papers.schemas import PaperData
from reports.registers.rules import SIGNERS, Cells, LineKind, Signs


class Amendment(msgspec.Struct, frozen=True):
    """What a closed line said in a column before; ``on`` is the closing that first saw it changed.

    Without ``on`` it was changed after the last closing.
    """

    column: str
    was: str
    on: date | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line: what is true now, and what of it was closed as something else."""

    kind: LineKind
    ground_id: int
    cells: Cells
    closed_on: date | None = None
    amendments: tuple[Amendment, ...] = ()
    frozen: dict[str, Any] | None = None
    """What the last closing froze of it."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line as a closing froze it, and what of it was closed as something else before."""

    kind: LineKind
    cells: Cells
    amendments: tuple[Amendment, ...] = ()


class ClosingPaper(PaperData, frozen=True, kw_only=True):
    """The data of the paper of a closing, or of a part of a long one; frozen with its number."""

    year: int
    quarter: int
    starts_on: date
    ends_on: date
    closed_at: datetime
    opening: int
    came: int
    went: int
    entries: tuple[Entry, ...]
    sha256: str
    previous_sha256: str
    first: int
    part: int
    parts: int


class Printed(msgspec.Struct, frozen=True):
    """A paper of a closing."""

    reference: str
    number: str


class Signature(msgspec.Struct, frozen=True):
    """A signature under a closing."""

    post: Signs
    name: str
    signed_at: datetime


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A closed quarter; ``went`` counts lines whose thing left in it."""

    id: int
    register: int
    quarter: int
    starts_on: date
    ends_on: date
    opening: int
    came: int
    went: int
    lines: int
    sha256: str
    closed_at: datetime
    closed_by: str
    signatures: tuple[Signature, ...]
    papers: tuple[Printed, ...] = ()

    @property
    def remaining(self) -> int:
        """Lines still open at the end of the quarter."""
        return self.opening + self.came - self.went

    @property
    def missing(self) -> list[Signs]:
        """Who has not signed yet."""
        there = {one.post for one in self.signatures}
        return [post for post in SIGNERS[self.register] if post not in there]


class NewClosing(Said, frozen=True):
    """Which quarter of which statistical year is closed."""

    year: Annotated[int, msgspec.Meta(ge=2010, le=2100)]
    quarter: Annotated[int, msgspec.Meta(ge=1, le=4)]

"""What is said when labels are printed, and how lists and pages show them."""

from datetime import datetime
from typing import Annotated

import msgspec

from inventory.base.said import Line, RowId, Said
from inventory.labels.rules import MOST, LabelKind, Reason

Numbers = Annotated[list[str], msgspec.Meta(max_length=MOST)]
Start = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Chosen(Said, frozen=True, kw_only=True):
    """Whose labels: of some numbers, of what came in on an order, of a place with all inside it.

    Of an order and of a place those come that have no label yet; ``again`` adds the others.
    ``waiting`` means all things in the office's warehouses that have none.
    """

    kind: LabelKind = LabelKind.ASSET
    numbers: Numbers = msgspec.field(default_factory=list)
    order: Line | None = None
    place_id: RowId | None = None
    again: bool = False
    waiting: bool = False


class NewRun(Chosen, frozen=True, kw_only=True):
    """A run of labels; ``reason`` where one of them was printed before."""

    format: str
    start: Start = 1
    reason: Reason | None = None
    note: Line | None = None


class Wanted(msgspec.Struct, frozen=True):
    """An asset or place whose label can be printed; ``printed`` counts those there are."""

    id: int
    reference: str
    text: str
    printed: int
    place_code: str | None = None


class Labelled(msgspec.Struct, frozen=True):
    """An order of whose things none waits for its label: who printed the last one, and when."""

    order_id: int
    by_name: str
    at: datetime


class WaitingRow(msgspec.Struct, frozen=True):
    """A thing that was taken in and has no label yet."""

    reference: str
    description: str
    place: str
    since: datetime


class Selection(msgspec.Struct, frozen=True):
    """What a choice comes to: the labels of one run, and how many more there would be."""

    items: list[Wanted]
    more: bool

    @property
    def repeated(self) -> int:
        """How many of them were printed before."""
        return sum(item.printed > 0 for item in self.items)


class RunRow(msgspec.Struct, frozen=True):
    """A run in the list."""

    id: int
    kind: LabelKind
    format: str
    number: int
    repeated: int
    reason: Reason | None
    note: str | None
    printed_at: datetime
    printed_by_name: str


class PrintedLabel(msgspec.Struct, frozen=True):
    """A label of a run; ``place_code`` on those of places."""

    reference: str
    nth: int
    place_code: str | None = None


class RunOut(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its labels, in the order in which they lie on the paper."""

    id: int
    office_code: str
    kind: LabelKind
    format: str
    start: int
    number: int
    repeated: int
    reason: Reason | None
    note: str | None
    address: str
    printed_at: datetime
    printed_by_name: str
    items: list[PrintedLabel]


class LabelOut(msgspec.Struct, frozen=True):
    """One printing of an asset's label."""

    nth: int
    run_id: int
    printed_at: datetime
    printed_by_name: str
    reason: Reason | None
    note: str | None


class Found(msgspec.Struct, frozen=True):
    """What a code stands for, and its page."""

    kind: LabelKind
    id: int
    reference: str
    path: str


class FormatOut(msgspec.Struct, frozen=True):
    """A size of label, in millimetres."""

    code: str
    paper: str
    width: float
    height: float
    columns: int
    rows: int

"""What closing needs to know of a register; register 13 says it here, others beside their lines."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.papers.rules import PaperKind
from reports.registers import queries
from reports.registers.rules import EVIDENCE_REGISTER, Cells, LineKind, amended, as_of
from reports.registers.schemas import Amendment, ClosingPaper, Entry


class Found(msgspec.Struct, frozen=True):
    """A line as it stood when its quarter ended, what was frozen of it, its entry on paper."""

    kind: str
    ground_id: int
    cells: dict[str, Any]
    frozen: dict[str, Any] | None
    entry: Callable[[tuple[Amendment, ...]], msgspec.Struct]


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """A register that is closed by quarters (C04/23 Art. 30(4)): who may, what it counts and says.

    `count` gives lines carried over, new and ended; `amended` what a frozen line said otherwise.
    """

    register: int
    permission: str
    kind: PaperKind
    count: Callable[[Session, Actor, date, date], tuple[int, int, int]]
    lines: Callable[[Session, Actor, date, date], Iterator[Found]]
    amended: Callable[[Mapping[str, object], Mapping[str, object]], dict[str, object]]
    paper: Callable[..., msgspec.Struct]


def _evidence_lines(session: Session, actor: Actor, since: date, until: date) -> Iterator[Found]:
    for line in queries.every_line(session, actor, since, until):
        cells = as_of(line.cells, until)
        said = msgspec.json.decode(msgspec.json.encode(cells))
        entry = partial(_entry, line.kind, cells)
        yield Found(line.kind.value, line.ground_id, said, line.frozen, entry)


def _entry(kind: LineKind, cells: Cells, was: tuple[Amendment, ...]) -> Entry:
    return Entry(kind=kind, cells=cells, amendments=was)


EVIDENCE = Book(
    register=EVIDENCE_REGISTER,
    permission="registers.close",
    kind=PaperKind.REGISTER_CLOSING,
    count=queries.count_lines,
    lines=_evidence_lines,
    amended=amended,
    paper=ClosingPaper,
)
"""The register of evidence, seized and held property."""

"""Rows that were not taken, with file, line and reason, in a CSV beside the database."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.imports.files import open_table
from auction.imports.rows import Reason
from auction.imports.schemas import ProfileFile
from inventory.base.errors import Param

Say = Callable[[str, Mapping[str, Param]], str]
"""Puts a message and its values into the reader's words."""

HEADER = ("file", "line", "reason", "row")

_SAID = text(
    "SELECT line, array_agg(msgid ORDER BY msgid), jsonb_agg(params ORDER BY msgid)"
    " FROM stage_said WHERE file = :file GROUP BY line ORDER BY line"
)
_COUNTS = text(
    "SELECT file, count(DISTINCT line) FILTER (WHERE refused),"
    " count(DISTINCT line) FILTER (WHERE NOT refused) FROM stage_said GROUP BY file"
)


class Complaints:
    """The file of rows that were not taken; there is none until there is such a row."""

    def __init__(self, path: Path, say: Say) -> None:
        self.path = path
        self._say = say
        self._file: io.TextIOWrapper | None = None
        self._csv: Any = None

    def add(self, file: str, line: int, reasons: Sequence[Reason], cells: Sequence[str]) -> None:
        """A row and everything that is wrong with it."""
        if self._file is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._csv = csv.writer(self._file, lineterminator="\n")
            self._csv.writerow(HEADER)
        said = "; ".join(self._words(*reason) for reason in reasons)
        self._csv.writerow((file, line, said, _joined(cells)))

    def finish(self) -> Path | None:
        """Close the file; its path, if there is one."""
        if self._file is None:
            return None
        self._file.close()
        return self.path

    def discard(self) -> None:
        """Leave no file behind."""
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)

    def _words(self, where: str, msgid: str, params: dict[str, Param]) -> str:
        said = self._say(msgid, params)
        return f"{where}: {said}" if where else said


def counts_of_said(session: Session) -> dict[int, tuple[int, int]]:
    """How many rows of each file were refused together with others, and how many have changed."""
    return {file: (refused, changed) for file, refused, changed in session.execute(_COUNTS)}


def write_said(
    session: Session, complaints: Complaints, folder: Path, profile: ProfileFile
) -> None:
    """Write what was said of rows taken together; the rows are read once more, in their order."""
    for number, (table, file) in enumerate(profile.files.items(), 1):
        said = session.execute(_SAID, {"file": number}, execution_options={"yield_per": 1000})
        wanted = next(said, None)
        if wanted is None:
            continue
        opened = open_table(folder, file.file or f"{table}.csv", file.delimiter)
        rows = opened.rows()
        while wanted is not None:
            line, msgids, params = wanted
            cells = _cells_of(rows, line)
            reasons = [("", *each) for each in zip(msgids, params, strict=True)]
            complaints.add(opened.name, line, reasons, cells)
            wanted = next(said, None)
        opened.close()


def _cells_of(rows: Iterator[tuple[int, list[str]]], line: int) -> list[str]:
    return next(cells for begins, cells in rows if begins == line)


def _joined(cells: Sequence[str]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow(cells)
    return row.getvalue()

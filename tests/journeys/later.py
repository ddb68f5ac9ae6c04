"""The program as it is really started, with a clock that a test moves on: a year in a minute."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from inventory.base import clock
from service.cli.main import main

DAYS = "KEBIEN_TEST_DAYS"
"""Names the file that says how many days have gone by."""


class Later:
    """A clock that began at ten in the morning, in Vietnam, and is so many days ahead."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.real = clock.now

    def begins(self) -> None:
        """The test begins now."""
        self.file.write_text(f"{self.real().isoformat()} 0", "utf-8")

    def go_to(self, days: int) -> None:
        """So many days have gone by since the test began."""
        began = self.file.read_text("utf-8").split()[0]
        self.file.write_text(f"{began} {days}", "utf-8")

    def now(self) -> datetime:
        """The moment it shows."""
        began, days = self.file.read_text("utf-8").split()
        start = datetime.fromisoformat(began)
        morning = start.replace(hour=3, minute=0, second=0, microsecond=0)
        return morning + (self.real() - start) + timedelta(days=int(days))


@contextmanager
def moved_clock(file: Path) -> Iterator[Later]:
    """The clock of this process and of every program started in it."""
    later = Later(file)
    later.begins()
    os.environ[DAYS] = str(file)
    try:
        with patch.object(clock, "now", later.now):
            yield later
    finally:
        del os.environ[DAYS]


if __name__ == "__main__":
    clock.now = Later(Path(os.environ[DAYS])).now  # type: ignore[assignment]  # a test's clock
    main(prog_name="kebien")

"""Numbers: gapless ones for papers, sparse ones for things.

A paper's number must have no gap, so its counter row is locked until the transaction ends. A
thing's number only has to be unique, so each process draws blocks from a sequence and offices
never wait for each other.
"""

import threading
from collections import defaultdict, deque

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.references import check_digit, reference

__all__ = ["IdBlocks", "check_digit", "ids", "next_number", "reference"]

BLOCK = 32

_NEXT_NUMBER = text(
    "INSERT INTO number_series AS s (office_id, series, year, last)"
    " VALUES (:office, :series, :year, 1)"
    " ON CONFLICT (office_id, series, year) DO UPDATE SET last = s.last + 1 RETURNING last"
)
_DRAW = text("SELECT nextval(CAST(:sequence AS regclass)) FROM generate_series(1, :n)")


def next_number(session: Session, office_id: int, series: str, year: int) -> int:
    """The next number of an office's series in a year, without gaps; waits for its predecessor."""
    drawn = session.execute(_NEXT_NUMBER, {"office": office_id, "series": series, "year": year})
    return int(drawn.scalar_one())


class IdBlocks:
    """Unique numbers from database sequences, drawn in blocks to save a round trip each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[tuple[int, str], deque[int]] = defaultdict(deque)

    def take(self, session: Session, sequence: str, n: int = 1) -> list[int]:
        """n numbers, rising; numbers of a rolled-back transaction are not used again."""
        key = (id(session.get_bind().engine), sequence)
        with self._lock:
            left = self._left[key]
            if len(left) < n:
                drawn = session.execute(_DRAW, {"sequence": sequence, "n": max(BLOCK, n)})
                left.extend(int(i) for i in drawn.scalars())
            return [left.popleft() for _i in range(n)]


ids = IdBlocks()

"""What falls due: rooms say what is due and how it is done; the scheduler only asks them to look.

Due things are rows of their rooms, so a timer that fires late, twice or on two machines changes
nothing. Each due thing is done in transactions of its own.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

Transactions = Callable[[], AbstractContextManager[Session]]
"""Opens a transaction of the acting actor; leaving it commits, an exception rolls it back."""

Due = Callable[[Session, datetime], Sequence[str]]
"""The keys of what is due at a moment; a key names one due thing for as long as it is due."""

Act = Callable[[Transactions, str, datetime], None]
"""Does one due thing."""


class Job(msgspec.Struct, frozen=True):
    """A kind of due thing of a room."""

    id: str
    due: Due
    act: Act

"""The sweep in a process of its own: one word in, milliseconds (or MiB) out."""

import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from auction.bidding.queries import check_runs
from auction.reviews.commands import sweep
from benchmarks.machine import memory_of
from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.database import Database
from service.settings import Settings


def main() -> None:
    """Serve until the input ends."""
    database = Database(Settings(data_dir=Path(sys.argv[1]), secret="bench"))
    for line in sys.stdin:
        print(json.dumps(_do(database, line.strip())), flush=True)


def _do(database: Database, word: str) -> float:
    if word == "memory":
        return memory_of(os.getpid())
    at = clock.now()
    begin = time.perf_counter()
    if word == "check":
        with database.transaction(SYSTEM, read_only=True) as session:
            differing = list(check_runs(session))
        assert not differing, differing[:3]
    else:
        sweep(partial(database.transaction, SYSTEM), SYSTEM, clock.local_day(at), at=at)
    return (time.perf_counter() - begin) * 1000

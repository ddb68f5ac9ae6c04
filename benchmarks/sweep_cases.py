"""The sweep over a million assets with three million rounds, beside statements A3 and B."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from benchmarks.machine import FLOOR, Machine

BLOCKS = 5
_CHILD = "from benchmarks.sweep_child import main; main()"

NEW_ROUNDS = """
SET session_replication_role = replica;
INSERT INTO auction_round (lot_id, office_id, number, starting_price, held_on, recorded_at)
  SELECT r.lot_id, r.office_id, max(r.number) + 1, 500000000, current_date - 30 + {turn}, now()
  FROM auction_round r WHERE r.lot_id % 100 = {turn} GROUP BY r.lot_id, r.office_id;
WITH fresh AS (SELECT r.id, r.lot_id, r.office_id, r.held_on FROM auction_round r
    LEFT JOIN round_outcome o ON o.round_id = r.id WHERE o.round_id IS NULL),
  outcome AS (INSERT INTO round_outcome (round_id, lot_id, office_id, code, recorded_at)
    SELECT id, lot_id, office_id, 'failed_no_bid', now() FROM fresh),
  counted AS (UPDATE failure_run f SET held_rounds = held_rounds + 1,
    failed_in_a_row = failed_in_a_row + 1, last_held_on = fresh.held_on,
    first_round_id = coalesce(first_round_id, fresh.id), last_round_id = fresh.id
    FROM fresh WHERE f.asset_id = fresh.lot_id RETURNING f.asset_id, f.held_rounds)
INSERT INTO asset_round (asset_id, seq, result, held_on, round_id)
  SELECT c.asset_id, c.held_rounds, 'failed', fresh.held_on, fresh.id
  FROM counted c JOIN fresh ON fresh.lot_id = c.asset_id;
SET session_replication_role = origin;
"""
FLOOR_ROUNDS = """
INSERT INTO round (asset_id, no, result, price)
  SELECT asset_id, max(no) + 1, 1, 5000 FROM round WHERE asset_id % 100 = {turn} GROUP BY asset_id;
UPDATE offered SET fail_streak = fail_streak + 1 WHERE id % 100 = {turn};
"""


@dataclass(frozen=True)
class Timed:
    """Ours and the floor's milliseconds, the median of the ratios, and the bound."""

    size: int
    name: str
    ours_ms: float
    floor_ms: float
    ratio: float
    bound: str


def measure(machine: Machine, size: int) -> Iterator[Timed]:
    """First run, then nothing due, then after one per cent new rounds, then the full re-check."""
    with _Child(machine) as child:
        b = (FLOOR / "sweep_counter.sql").read_text()
        a3 = (FLOOR / "sweep_full.sql").read_text()
        base = child.ask("memory")
        first = child.ask("sweep"), _floor(machine, b)
        yield _timed(size, "sweep: first run", [first], "≤ 2 × B's first run")
        _tidy(machine)
        yield _timed(
            size,
            "sweep: nothing due",
            [(child.ask("sweep"), _floor(machine, b)) for _i in range(BLOCKS)],
            "≤ 30 × B",
        )
        pairs = []
        for turn in range(BLOCKS):
            _execute(machine.owner_url(), NEW_ROUNDS.format(turn=turn))
            _execute(machine.floor_url(), FLOOR_ROUNDS.format(turn=turn))
            pairs.append((child.ask("sweep"), _floor(machine, b)))
        yield _timed(size, "sweep: after 1 % new rounds", pairs, "≤ 3 × B")
        yield _timed(
            size,
            "full re-check of the counters",
            [(child.ask("check"), _floor(machine, a3)) for _i in range(BLOCKS)],
            "≤ 1.5 × A3",
        )
        more = child.ask("memory") - base
        yield Timed(size, "sweep: more memory (MiB)", more, 32.0, more / 32, "≤ 32 MiB")


class _Child:
    """A process of its own, as the scheduler is, that sweeps when told to."""

    def __init__(self, machine: Machine) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(machine.settings.data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_why: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)

    def ask(self, word: str) -> float:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return float(json.loads(self.process.stdout.readline()))


def _timed(size: int, name: str, pairs: list[tuple[float, float]], bound: str) -> Timed:
    middle = statistics.median
    return Timed(
        size,
        name,
        middle(ours for ours, _floor in pairs),
        middle(floor for _ours, floor in pairs),
        middle(ours / floor for ours, floor in pairs),
        bound,
    )


def _floor(machine: Machine, statement: str) -> float:
    with psycopg.connect(machine.floor_url(), autocommit=True) as connection:
        connection.execute("SELECT 1")
        begin = time.perf_counter()
        connection.execute(statement)
        return (time.perf_counter() - begin) * 1000


def _execute(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements)


def _tidy(machine: Machine) -> None:
    for url in (machine.owner_url(), machine.floor_url()):
        _execute(url, "VACUUM (ANALYZE)")

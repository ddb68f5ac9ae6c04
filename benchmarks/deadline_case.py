"""Moving all open dates of 200,000 open assets after a change of the days off, beside the bare
statement that rewrites the same rows."""

import resource
import statistics
import time
from collections.abc import Iterator
from functools import partial

import psycopg

from auction.deadlines.models import DeadlineRecount
from auction.deadlines.recounting import carry_out, order_recount, preview
from benchmarks.machine import Machine
from benchmarks.sweep_cases import Timed
from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.database import Database

BLOCKS = 3
MOST = 200_000
"""Open assets; each has two open limits, one in working days and one in days, beside those that
outcomes recorded before have left."""

LOAD = """
SET session_replication_role = replica;
INSERT INTO deadline (office_id, rule_id, rule_key, scope, article, confidence, event, started_on,
  due_on, warn_on, calendar_id, skipped, subject_kind, subject_ref, asset_id, set_at)
SELECT a.office_id, r.id, r.key, r.scope, r.article, r.confidence, r.anchor,
  date '2026-08-03' + (a.id % 90)::int, date '2026-08-14' + (a.id % 90)::int,
  date '2026-08-13' + (a.id % 90)::int, (SELECT max(id) FROM calendar_version), '[]', 'asset',
  a.reference, a.id, now()
FROM asset a CROSS JOIN legal_rule r
WHERE a.id <= {most} AND r.retired_set_id IS NULL AND r.scope IS NULL
  AND r.key IN ('valuation_contract_due', 'pay_due') AND r.valid_from = '2026-07-01';
SET session_replication_role = origin;
ANALYZE deadline;
"""
ANOTHER_DAY_OFF = """
WITH old AS (SELECT * FROM calendar_version ORDER BY id DESC LIMIT 1),
new AS (INSERT INTO calendar_version (country, source, digest, first_year, last_year,
    announced_through, weekend, added_set_id)
  SELECT country, source, 'bench {turn}', first_year, last_year, announced_through, weekend,
    added_set_id FROM old RETURNING id)
INSERT INTO calendar_day (version_id, day_on, kind, name_vi, name_en, exchanged_for_on)
SELECT new.id, day_on, kind, name_vi, name_en, exchanged_for_on FROM calendar_day, old, new
WHERE version_id = old.id
UNION ALL SELECT id, date '2026-09-{day}', 'holiday', 'Nghỉ', 'Day off', NULL FROM new
"""
OPEN = "SELECT count(*) FROM deadline WHERE met_on IS NULL AND voided_on IS NULL"
BARE = """
UPDATE deadline SET due_on = due_on + 1, warn_on = warn_on + 1, skipped = '[{"on": "2026-09-09",
  "kind": "holiday", "name_vi": "Nghỉ", "name_en": "Day off"}]',
  calendar_id = (SELECT max(id) FROM calendar_version)
WHERE met_on IS NULL AND voided_on IS NULL
"""


def measure(machine: Machine, size: int) -> Iterator[Timed]:
    """The preview, then the move; the move's bounds are the bare statement's time and a minute."""
    most = min(size, MOST)
    _execute(machine, LOAD.format(most=most))
    with psycopg.connect(machine.owner_url()) as connection:
        (due,) = connection.execute(OPEN).fetchone() or (0,)
    if due < 2 * most:
        raise AssertionError(f"{due} open limits of {most} assets")
    database = Database(machine.settings)
    acting = partial(database.transaction, SYSTEM)
    ours, bare, shown = [], [], []
    _execute(machine, "VACUUM deadline")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for turn in range(BLOCKS):
        _execute(machine, ANOTHER_DAY_OFF.format(turn=turn, day=f"{8 + turn:02}"))
        with acting() as session:
            begin = time.perf_counter()
            preview(session, SYSTEM)
            shown.append((time.perf_counter() - begin) * 1000)
            order = order_recount(session, SYSTEM, "bench", at=clock.now()).id
        begin = time.perf_counter()
        carry_out(acting, SYSTEM, order, at=clock.now())
        ours.append((time.perf_counter() - begin) * 1000)
        with acting() as session:
            done = session.get_one(DeadlineRecount, order)
            if done.finished_at is None or done.seen != due or not done.moved:
                raise AssertionError(f"moved {done.moved} of {done.seen}")
        _execute(machine, "VACUUM deadline")
        bare.append(_execute(machine, BARE))
        _execute(machine, "VACUUM deadline")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    database.close()
    middle = statistics.median
    ratio = middle(one / other for one, other in zip(ours, bare, strict=True))
    yield Timed(most, "deadlines: shown beforehand", middle(shown), middle(bare), 0.0, "told only")
    yield Timed(most, "deadlines: all moved", middle(ours), middle(bare), ratio, "≤ 3 × and ≤ 60 s")
    yield Timed(most, "deadlines: more memory (MiB)", grown, 64.0, grown / 64, "≤ 64 MiB")


def _execute(machine: Machine, statement: str) -> float:
    with psycopg.connect(machine.owner_url(), autocommit=True) as connection:
        begin = time.perf_counter()
        for part in statement.split(";\n"):
            if part.strip():
                connection.execute(part.encode())
        return (time.perf_counter() - begin) * 1000

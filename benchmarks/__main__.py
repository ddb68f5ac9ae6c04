"""`python -m benchmarks`: runs the comparison and prints it as a table.

python -m benchmarks --sizes 10000,100000,1000000 --seconds 3
python -m benchmarks --sizes 10000 --only register,move
"""

import argparse
import dataclasses
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks import (
    deadline_case,
    import_case,
    label_cases,
    stocktake_cases,
    sweep_cases,
    verify_case,
    web_cases,
)
from benchmarks.machine import FLOOR, Machine, machine, web
from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.database import ready
from tests.make.organisation import make_people, make_token

HERE = Path(__file__).parent
_TWO_ROLES = text(
    "UPDATE login_session SET actor = jsonb_set(actor, '{roles}',"
    ' \'["enforcement_officer", "keeper", "inspector"]\')'
    " WHERE (actor ->> 'staff_id')::bigint = :staff AND (actor ->> 'office_id')::bigint = :office"
)
_LONG = text("UPDATE login_session SET expires_at = :until")


def main() -> None:
    """Read what is wanted, run it, print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of assets")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a block")
    parser.add_argument("--only", default="", help="names of cases that begin so, with commas")
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    wanted = parser.parse_args()
    only = tuple(name for name in wanted.only.split(",") if name)
    rows: list[dict[str, Any]] = []
    for size in map(int, wanted.sizes.split(",")):
        rows += [_show(row) for row in _at_size(size, wanted.seconds, only)]
    rows += [_show(row) for row in _import(only)]
    rows += [_show(row) for row in _labels(only)]
    rows += [_show(row) for row in _stocktakes(only)]
    if wanted.json:
        wanted.json.write_text(json.dumps(rows, indent=1))


def _at_size(size: int, seconds: float, only: tuple[str, ...]) -> Iterable[Any]:
    folder = Path(tempfile.mkdtemp(prefix="kebien-bench-"))
    try:
        with machine(folder) as m:
            token = _prepare(m, size)
            _line(f"{size:,} assets; load average {os.getloadavg()[0]:.1f}")
            with web(m.settings) as pid:
                for case in web_cases.cases(size, m, token):
                    if not only or case.name.startswith(only):
                        yield from web_cases.measure(m, pid, token, size, case, seconds)
                _line(f"lost updates: {web_cases.lost_updates(m)}")
            if not only or "sweep".startswith(only):
                yield from sweep_cases.measure(m, size)
            if not only or "verify".startswith(only):
                yield from verify_case.measure(m, size)
            if not only or "deadlines".startswith(only):
                yield from deadline_case.measure(m, size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _import(only: tuple[str, ...]) -> Iterable[Any]:
    if not only or "import".startswith(only):
        yield from import_case.measure()


def _stocktakes(only: tuple[str, ...]) -> Iterable[Any]:
    if not only or "stocktake".startswith(only):
        yield from stocktake_cases.measure()


def _labels(only: tuple[str, ...]) -> Iterable[Any]:
    if not only or "labels".startswith(only):
        yield from label_cases.measure()


def _prepare(m: Machine, size: int) -> str:
    begin = time.perf_counter()
    database = ready(m.settings)
    at = clock.now()
    with database.transaction(SYSTEM) as session:
        people = make_people(session, at)
        token = make_token(session, people, "officer", at)
        keeper, asks = people.staff["keeper"].id, people.staff["officer"].id
        office = people.office.id
        session.execute(_TWO_ROLES, {"staff": people.staff["officer"].id, "office": office})
        session.execute(_LONG, {"until": at + timedelta(days=1)})
    database.close()
    m.run_sql("kebien", HERE / "load_ours.sql", n=size, office=office, staff=keeper, actor=asks)
    m.run_sql("kebien", HERE / "load_rounds.sql", n=size, office=office)
    with psycopg.connect(m.owner_url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
    m.run_sql("floor", FLOOR / "schema.sql")
    m.run_sql("floor", FLOOR / "load.sql", n=size)
    m.run_sql("floor", FLOOR / "scan_schema.sql")
    with psycopg.connect(m.owner_url(), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    _line(f"loaded in {time.perf_counter() - begin:.0f} s")
    return token


def _show(row: Any) -> dict[str, Any]:
    values = dataclasses.asdict(row)
    if isinstance(row, web_cases.Result):
        _line(
            f"{row.size:>9,} {row.name:20} {row.clients:>3}"
            f" {row.per_s:>7.0f}/s p50 {row.p50:>6.2f} ms"
            f" CPU {row.server_ms:.2f} + {row.postgres_ms:.2f} ms"
            f" | floor {row.floor_per_s:>7.0f}/s p50 {row.floor_p50:.2f}"
            f" | rate {row.rate_ratio * 100:>5.1f} % p50 {row.p50_ratio:>5.1f}×"
            f" | errors {row.errors} | {row.bound}"
        )
    else:
        _line(
            f"{values['size']:>9,} {values['name']:34} {values['ours_ms']:>10.1f}"
            f" | floor {values['floor_ms']:>10.1f} | {values['ratio']:>6.2f}× | {values['bound']}"
        )
    return values


def _line(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()

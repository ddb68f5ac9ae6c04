"""A stocktake of 1,000 and of 5,000 things, and single scans, over REST beside hand-written SQL.

Ours opens, takes the scans in batches of a thousand, ends the first count, is signed by two and
closed by a third with its minutes; the floor lists, marks and closes.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from sqlalchemy import text

from benchmarks.machine import FLOOR, Machine, machine, web
from benchmarks.sweep_cases import Timed
from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.references import reference
from service.database import ready
from tests.make.inventory import make_place
from tests.make.organisation import make_people, make_token

BLOCKS = 5
SIZES = (1000, 5000)
BATCH = 1000
SCANS = 400
SIGNERS = ("keeper", "accountant", "head")
_LOAD = (
    "INSERT INTO asset (id, reference, office_id, kind, description, registered_at)"
    " SELECT n, kebien_reference('TS', n), :office, 'movable', 'Máy ' || n, now()"
    " FROM generate_series(CAST(:first AS bigint), :last) n",
    "INSERT INTO holding (asset_id, office_id, place_id, receiver, since, seq, hash, kind)"
    " SELECT n, :office, :place, '', now(), 1, decode(repeat('00', 32), 'hex'), 'taken_in'"
    " FROM generate_series(CAST(:first AS bigint), :last) n",
)


class Office:
    """Places of each size, and the connections of those who count, sign and close."""

    def __init__(self, m: Machine) -> None:
        self.port = m.settings.port
        self.at = clock.now()
        database = ready(m.settings)
        with database.transaction(SYSTEM) as session:
            people = make_people(session, self.at)
            self.tokens = {who: make_token(session, people, who, self.at) for who in SIGNERS}
            until = {"until": self.at + timedelta(days=1)}
            session.execute(text("UPDATE login_session SET expires_at = :until"), until)
            self.places = {}
            for size in SIZES:
                place = make_place(session, people.keeper, f"K{size}", "Kho", at=self.at)
                said = {"office": people.office.id, "place": place.id}
                for statement in _LOAD:
                    session.execute(text(statement), {**said, "first": size, "last": 2 * size - 1})
                self.places[size] = place.id
        database.close()
        self.connection = HTTPConnection("127.0.0.1", self.port)

    def ask(self, who: str, path: str, body: Any) -> Any:
        """Post something and read the answer."""
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Content-Type": "application/json",
        }
        self.connection.request("POST", f"/api/v1/stocktakes{path}", body, headers)
        answer = self.connection.getresponse()
        read = answer.read()
        assert answer.status == 201, read
        return msgspec.json.decode(read)

    def scans(self, size: int, first: int, n: int, *, number: int, done: bool = True) -> bytes:
        """An upload of n scans."""
        said = [
            {
                "number": number + i,
                "code": reference("TS", size + first + i),
                "place_id": self.places[size],
                "scanned_at": self.at,
            }
            for i in range(n)
        ]
        return msgspec.json.encode({"device": "bench", "scans": said, "done": done})

    def open(self, size: int) -> str:
        """Open a count of a place."""
        said = {"place_id": self.places[size], "period": "quarter", "basis": "bench"}
        return str(self.ask("keeper", "", msgspec.json.encode(said))["reference"])

    def close(self, ref: str) -> None:
        """End, sign and close a count."""
        self.ask("keeper", f"/{ref}/first-count/end", b"")
        self.ask("keeper", f"/{ref}/signatures", b"")
        self.ask("accountant", f"/{ref}/signatures", b"")
        self.ask("head", f"/{ref}/close", b"")


def measure() -> Iterator[Timed]:
    """Whole counts of each size, then one scan after the other."""
    with tempfile.TemporaryDirectory(prefix="kebien-bench-") as folder, machine(Path(folder)) as m:
        with psycopg.connect(m.owner_url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE floor")
        office = Office(m)
        m.run_sql("floor", FLOOR / "stocktake_schema.sql")
        for name in ("kebien", "floor"):
            with psycopg.connect(m.owner_url(name), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
        with web(m.settings):
            for size in SIZES:
                pairs = [
                    (_whole(office, size), _floor(m, "stocktake.sql", size)) for _b in _turns()
                ]
                yield _line(size, "stocktake: open, upload, close", pairs, "≤ 10 ×")
            ref = office.open(SIZES[0])
            pairs = [(_single(office, ref, b), _floor(m, "scan.sql", 1000)) for b in _turns()]
            yield _line(SIZES[0], "stocktake: one scan, p50", pairs, "≤ 10 ×")


def _turns() -> range:
    return range(BLOCKS)


def _whole(office: Office, size: int) -> float:
    bodies = [
        office.scans(size, n, BATCH, number=n + 1, done=n + BATCH == size)
        for n in range(0, size, BATCH)
    ]
    begin = time.perf_counter()
    ref = office.open(size)
    for body in bodies:
        office.ask("keeper", f"/{ref}/scans", body)
    office.close(ref)
    return (time.perf_counter() - begin) * 1000


def _single(office: Office, ref: str, block: int) -> float:
    waits = []
    for n in range(SCANS):
        number = block * SCANS + n + 1
        body = office.scans(SIZES[0], number % SIZES[0], 1, number=number)
        begin = time.perf_counter()
        office.ask("keeper", f"/{ref}/scans", body)
        waits.append((time.perf_counter() - begin) * 1000)
    return statistics.median(waits)


def _floor(m: Machine, script: str, n: int) -> float:
    return m.pgbench(script, 1, 1, n)["p50"]


def _line(size: int, name: str, pairs: list[tuple[float, float]], bound: str) -> Timed:
    ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / other for mine, other in pairs)
    return Timed(size, name, ours, floor, ratio, bound)

"""`kebien verify` over a ledger beside reading and hashing the same rows in a bare loop; a
certificate of an asset with 5, 50 and 500 entries; the first and a later signed head."""

import hashlib
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, cast

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.machine import Machine
from benchmarks.sweep_cases import Timed
from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.direct import copied, stream
from inventory.custody.verification import CHUNK, verify_chains
from inventory.notary.jobs import seal
from inventory.notary.queries import certificate_of
from inventory.notary.signing import signer_at
from service.database import Database

BLOCKS = 5
ROWS = (
    "SELECT asset_id, seq, kind, from_place_id, to_place_id, giver, receiver, reason, document, at,"
    " staff_id, actor_name, office_id, previous_hash, hash"
    " FROM custody_entry ORDER BY asset_id, seq"
)
FIELDS = ROWS.replace("previous_hash, hash", "encode(previous_hash, 'hex'), encode(hash, 'hex')")
"""Hashes as plain digits: those of bytea would come with escapes that cost more than hashing."""
LOOPS = (
    ("fields of rows, hashed", "≤ 2.5 ×"),
    ("lines not looked into, hashed", "told only"),
    ("rows of the driver, hashed", "told only"),
)
LONGER = text(
    "INSERT INTO custody_entry (asset_id, seq, kind, from_place_id, to_place_id, giver, receiver,"
    " reason, document, at, staff_id, actor_name, office_id, previous_hash, hash)"
    " SELECT asset_id, seq + i, kind, from_place_id, to_place_id, giver, receiver, reason,"
    " document, at, staff_id, actor_name, office_id, previous_hash, hash"
    " FROM custody_entry, generate_series(1, :more) i WHERE asset_id = :asset AND seq = 2"
)


def measure(machine: Machine, size: int) -> Iterator[Timed]:
    """Speeds as milliseconds; 2.5 × the bare loop's time is 40 % of its speed."""
    database = Database(machine.settings)
    reading = partial(database.transaction, SYSTEM, read_only=True)
    with reading() as session:
        before = _memory()
        turns = [
            [_timed(partial(act, session)) for act in (_verify, _fields, _lines, _rows)]
            for _i in range(BLOCKS)
        ]
        grown = _memory() - before
    middle = statistics.median
    ours = middle(turn[0] for turn in turns)
    for n, (name, bound) in enumerate(LOOPS, start=1):
        bare = middle(turn[n] for turn in turns)
        ratio = middle(turn[0] / turn[n] for turn in turns)
        yield Timed(size, f"verify / {name}", ours, bare, ratio, bound)
    yield Timed(size, "verify: more memory (MiB)", grown, 32.0, grown / 32, "≤ 32 MiB")
    signer = signer_at(machine.settings.notary_key_file)
    acting = partial(database.transaction, SYSTEM)
    at = clock.now()
    first = _timed(lambda: seal(acting, signer, at=at))
    again = _timed(lambda: seal(acting, signer, at=at + timedelta(days=1)))
    yield Timed(size, "head: the first, then the next", first, again, first / again, "told only")
    yield from _certificates(machine, database, size)
    database.close()


def _certificates(machine: Machine, database: Database, size: int) -> Iterator[Timed]:
    """Entries that only have to be read: their hashes are not those of a chain."""
    taken: dict[int, float] = {}
    for asset, n in enumerate((5, 50, 500), start=1):
        with psycopg.connect(machine.owner_url(), autocommit=True) as owner:
            owner.execute("SET session_replication_role = replica")
            said = str(LONGER).replace(":more", str(n - 2)).replace(":asset", str(asset))
            owner.execute(said.encode())
        with database.transaction(SYSTEM, read_only=True) as session:
            reference = session.execute(
                text("SELECT reference FROM asset WHERE id = :asset"), {"asset": asset}
            ).scalar_one()
            made = [_timed(partial(_certify, session, reference)) for _i in range(5)]
            taken[n] = statistics.median(made)
    for more, fewer in ((50, 5), (500, 50)):
        name, ratio = f"certificate: {more} entries, {fewer} entries", taken[more] / taken[fewer]
        yield Timed(size, name, taken[more], taken[fewer], ratio, "≤ 10 ×: linear")


def _certify(session: Session, reference: str) -> object:
    return certificate_of(session, SYSTEM, reference, at=clock.now())


def _verify(session: Session) -> None:
    found = verify_chains(session)
    assert found.first_fault is None, found


def _fields(session: Session) -> None:
    """The leanest reading that yields the fields of the rows."""
    for fields in copied(session.connection(), FIELDS):
        hashlib.sha256(b"".join(fields)).digest()


def _lines(session: Session) -> None:
    """Lines that nobody looks into: no fields at all."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY ({ROWS}) TO STDOUT") as copy:
        for line in copy:
            hashlib.sha256(line).digest()


def _rows(session: Session) -> None:
    """Values of Python, as a cursor of the driver gives them."""
    for row in stream(session.connection(), ROWS, chunk=CHUNK):
        hashlib.sha256("|".join(map(str, row)).encode()).digest()


def _timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

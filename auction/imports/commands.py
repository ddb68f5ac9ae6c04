"""Importing the files of a source in one transaction, all or nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.imports.checks import find_known, refuse_rows, say_changed
from auction.imports.complaints import Complaints, Say, counts_of_said, write_said
from auction.imports.files import Table, open_table
from auction.imports.holding import hold_imported
from auction.imports.notices import CHECKS as NOTICES
from auction.imports.notices import note_short_notices
from auction.imports.prices import RULE as PRICES
from auction.imports.prices import count_breaches, note_deep_cuts
from auction.imports.profile import records_of
from auction.imports.rows import RowReader, RowRefused
from auction.imports.schemas import Imported, ProfileFile, TableCount
from auction.imports.staging import Staging
from auction.imports.writing import (
    LARGE,
    Into,
    count_failures,
    lock_source,
    office_of,
    write,
)
from auction.legal_rules.queries import rule_on
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day

SMALLEST_UNIT = "currency_smallest_unit"
NOTE_EVERY = 2000

Watch = Callable[[str, int, int], None]
"""Told of a file, how many of its bytes were read and how many it has."""

_ADDED = {
    "round": text(
        "SELECT s.file, count(*) FROM stage_round s JOIN known_lot l ON l.ref = s.of_lot"
        " JOIN made_round m ON m.lot_id = l.id AND m.number = s.number GROUP BY s.file"
    ),
    "remark": text(
        "SELECT s.file, count(*) FROM stage_remark s JOIN known_lot l ON l.ref = s.of_lot"
        " JOIN made_round m ON m.lot_id = l.id AND m.number = s.number GROUP BY s.file"
    ),
    "asset": text(
        "SELECT s.file, count(*) FROM stage_asset s JOIN known_asset a ON a.ref = s.ref"
        " LEFT JOIN known_lot l ON l.ref = s.of_lot"
        " LEFT JOIN made_link m ON m.lot_id = l.id AND m.asset_id = a.id"
        " WHERE a.made OR m.lot_id IS NOT NULL GROUP BY s.file"
    ),
    "lot": text(
        "SELECT s.file, count(*) FROM stage_lot s JOIN known_lot k ON k.ref = s.ref"
        " WHERE k.made GROUP BY s.file"
    ),
    "case": text(
        "SELECT s.file, count(*) FROM stage_case s JOIN known_case k ON k.ref = s.ref"
        " WHERE k.made GROUP BY s.file"
    ),
    "valuation": text(
        "SELECT s.file, count(*) FROM stage_valuation s JOIN made_valuation m ON m.ref = s.ref"
        " GROUP BY s.file"
    ),
    "seizure": text(
        "SELECT s.file, count(*) FROM stage_seizure s JOIN known_asset a ON a.ref = s.of_asset"
        " WHERE EXISTS (SELECT FROM made_seizure m"
        " WHERE m.asset_id = a.id AND m.number = s.decision_number) GROUP BY s.file"
    ),
    "evidence": text(
        "SELECT s.file, count(*) FROM stage_evidence s JOIN known_asset a ON a.ref = s.of_asset"
        " WHERE EXISTS (SELECT FROM made_evidence m"
        " WHERE m.asset_id = a.id AND m.day = s.received_on) GROUP BY s.file"
    ),
}
"""The record by which the rows of a file are counted as added: the first of these it has."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be imported, and where rows that are not taken are written."""

    name: str
    profile: ProfileFile
    folder: Path
    refused_csv: Path
    dry_run: bool = False


class Intake(NamedTuple):
    """Where rows go as they are read: taken, not taken, and who is told."""

    staging: Staging
    complaints: Complaints
    watch: Watch


def import_folder(
    session: Session,
    actor: Actor,
    order: Order,
    *,
    at: datetime,
    say: Say,
    watch: Watch = lambda _table, _read, _size: None,
) -> Imported:
    """Import the files of a folder as a profile says; what is here already is not touched.

    Rows that cannot be taken are written to a CSV with their reasons. Raises FilesUnreadable where
    a file as a whole cannot be read; then nothing at all is imported.
    """
    actor.require("history.import")
    profile = order.profile
    unit = rule_on(session, SMALLEST_UNIT, local_day(at), profile.currency).number
    lock_source(session, profile.source)
    into = Into(profile, office_of(session, profile.office, at=at), at)
    with _complaints(order, say) as complaints, ExitStack() as open_files:
        tables = {table: _open(open_files, order.folder, table, profile) for table in profile.files}
        staging = Staging(session)
        counts = _stage(tables, profile, unit, Intake(staging, complaints, watch))
        _settle(session, staging, into, [table.name for table in tables.values()])
        hashes = {table.name: table.file.sha256() for table in tables.values()}
        hold_imported(session, actor, at=at)
        _count(session, counts, profile)
        _follow(session, into, unit, sum(count.added for count in counts.values()))
        write_said(session, complaints, order.folder, profile)
        done = Imported(
            profile=order.name,
            dir=str(order.folder),
            tables=counts,
            breaches=count_breaches(session, profile.checks),
            refused_csv=str(path) if (path := complaints.finish()) else None,
            dry_run=order.dry_run,
        )
        staging.clear()
    _record(session, actor, done, into, hashes)
    return done


@contextmanager
def _complaints(order: Order, say: Say) -> Iterator[Complaints]:
    complaints = Complaints(order.refused_csv, say)
    try:
        yield complaints
    except BaseException:
        complaints.discard()
        raise


def _open(files: ExitStack, folder: Path, table: str, profile: ProfileFile) -> Table:
    file = profile.files[table]
    opened = open_table(folder, file.file or f"{table}.csv", file.delimiter)
    files.callback(opened.close)
    return opened


def _stage(
    tables: dict[str, Table], profile: ProfileFile, unit: Decimal, intake: Intake
) -> dict[str, TableCount]:
    """Read all rows into the temporary tables; all headers are looked at before the first row."""
    readers = {
        table: RowReader(table, profile.files[table], profile, opened.header, unit)
        for table, opened in tables.items()
    }
    counts = {
        table: _stage_rows(number, opened, readers[table], intake)
        for number, (table, opened) in enumerate(tables.items(), 1)
    }
    intake.staging.finish()
    return counts


def _stage_rows(number: int, opened: Table, reader: RowReader, intake: Intake) -> TableCount:
    count = TableCount()
    file = opened.file
    for line, cells in opened.rows():
        count.read += 1
        try:
            made = reader.read(cells)
        except RowRefused as refused:
            count.refused += 1
            intake.complaints.add(opened.name, line, refused.reasons, cells)
            continue
        for name, staged in made:
            intake.staging.add(name, number, line, staged)
        if count.read % NOTE_EVERY == 0:
            intake.watch(reader.table, file.position, file.size)
    intake.watch(reader.table, file.size, file.size)
    return count


def _settle(session: Session, staging: Staging, into: Into, names: list[str]) -> None:
    find_known(session, staging, into.profile.source)
    refuse_rows(session, staging, into.profile, into.office_id, names)
    say_changed(staging, into.profile)
    write(session, staging, into)


def _count(session: Session, counts: dict[str, TableCount], profile: ProfileFile) -> None:
    said = counts_of_said(session)
    used = {name for file in profile.files.values() for name in records_of(file)}
    added = {name: _added(session, name) for name in used & set(_ADDED)}
    for number, (table, file) in enumerate(profile.files.items(), 1):
        count = counts[table]
        refused, count.changed = said.get(number, (0, 0))
        count.refused += refused
        counted = next(name for name in _ADDED if name in records_of(file))
        count.added = added[counted].get(number, 0)
        count.skipped = count.read - count.added - count.refused


def _added(session: Session, name: str) -> dict[int, int]:
    rows = session.execute(_ADDED[name]).all()
    return {int(row[0]): int(row[1]) for row in rows}


def _follow(session: Session, into: Into, unit: Decimal, added: int) -> None:
    """What follows from new rounds: the counters of their assets, and breaches of rules."""
    count_failures(session, into, large=added >= LARGE)
    checks = into.profile.checks
    if PRICES in checks:
        note_deep_cuts(session, unit, at=into.at)
    if NOTICES & set(checks):
        note_short_notices(session, checks, at=into.at)


def _record(
    session: Session, actor: Actor, done: Imported, into: Into, hashes: dict[str, str]
) -> None:
    subject = audit.Subject("import", None, into.profile.source, into.office_id)
    data = {
        "profile": done.profile,
        "files": hashes,
        "tables": msgspec.to_builtins(done.tables),
        "breaches": done.breaches,
    }
    audit.record(session, actor, "imports.folder.imported", subject, data, at=into.at)

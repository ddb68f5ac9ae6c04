"""``kebien import``: auction history or seized goods from the files of another system."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click
import msgspec

from auction.imports.commands import Order, import_folder
from auction.imports.profile import load_profile, shipped_profiles
from auction.imports.schemas import Imported
from auction.legal_rules.commands import load_rules
from inventory.base.actor import SYSTEM
from inventory.base.clock import now
from inventory.base.errors import Invalid, Param
from service.cli.main import explain
from service.cli.output import json_option, note, print_json, print_table
from service.database import Database, ready
from service.settings import Settings

COLUMNS = ("table", "read", "added", "skipped", "changed", "refused")

Watch = Callable[[str, int, int], None]


@click.command(epilog=f"Profiles that come with the program: {', '.join(shipped_profiles())}.")
@click.argument("profile")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do everything, then leave the database as it was.")
@json_option
@click.pass_obj
def command(settings: Settings, profile: str, folder: Path, dry_run: bool, as_json: bool) -> None:
    """Read the files in DIR as PROFILE says.

    PROFILE is the name of a profile or the path of one's own .toml file. What is here already is
    left as it is; rows that cannot be taken are written to a CSV with their reasons. A file that
    cannot be read as a whole ends the import, and nothing is imported.
    """
    began = perf_counter()
    order = Order(
        name=profile,
        profile=load_profile(profile),
        folder=folder,
        refused_csv=_refused_csv(settings, profile, at := now()),
        dry_run=dry_run,
    )
    database = ready(settings)
    try:
        done = _import(database, order, at)
    finally:
        database.close()
    seconds = round(perf_counter() - began, 3)
    if as_json:
        print_json({**msgspec.to_builtins(done), "seconds": seconds})
    else:
        _print(done, seconds)


def _import(database: Database, order: Order, at: datetime) -> Imported:
    with database.transaction(SYSTEM) as session:
        load_rules(session, SYSTEM, at=at)
    with _progress() as watch, database.transaction(SYSTEM) as session:
        done = import_folder(session, SYSTEM, order, at=at, say=_say, watch=watch)
        if order.dry_run:
            session.rollback()
    return done


def _refused_csv(settings: Settings, profile: str, at: datetime) -> Path:
    name = Path(profile).stem
    return settings.data_dir / "imports" / f"{name}-{at:%Y%m%dT%H%M%S%f}-refused.csv"


def _say(msgid: str, params: Mapping[str, Param]) -> str:
    refusal = Invalid(msgid)
    refusal.params.update(params)
    return explain(refusal)


@contextmanager
def _progress() -> Iterator[Watch]:
    """A bar on a terminal; nothing where standard error goes to a file."""
    if not sys.stderr.isatty():
        yield lambda _table, _read, _size: None
        return
    from rich.console import Console  # noqa: PLC0415 - loaded only where it is shown
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def watch(table: str, read: int, size: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=size)
            bar.update(tasks[table], completed=read)

        yield watch


def _print(done: Imported, seconds: float) -> None:
    rows = [
        (table, *(getattr(count, name) for name in COLUMNS[1:]))
        for table, count in done.tables.items()
    ]
    print_table(COLUMNS, rows)
    if done.breaches:
        note(f"{done.breaches} prices fell further than the law allows; see the breaches.")
    if done.refused_csv:
        note(f"Rows that were not taken: {done.refused_csv}")
    note("Nothing was kept: a dry run." if done.dry_run else f"Done in {seconds:.1f} s.")

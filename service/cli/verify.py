"""``kebien verify``: custody chains, present holders, counters and issued papers, recomputed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import click
import msgspec

from auction.bidding.queries import check_runs
from inventory.base.actor import SYSTEM
from inventory.base.messages import label_of
from inventory.base.storage import BlobStore
from inventory.custody.queries import count_assets, verify_chains
from inventory.custody.schemas import Fault
from reports.documents.queries import check_files
from service.cli.output import json_option, note, print_json, print_record
from service.database import Database, ready
from service.settings import Settings


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, and the first thing that does not fit."""

    chains: int
    entries: int
    holdings: int
    counters_wrong: int
    papers: int
    first_fault: Fault | str | None


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> None:
    """Recompute custody chains, present holders, counters of failed rounds and issued papers.

    Names the first row that does not fit and then ends with status 1.
    """
    with closing(ready(settings)) as database:
        found = _check(database, BlobStore(settings.files_dir))
    if as_json:
        print_json(found)
    else:
        counts = msgspec.structs.asdict(found)
        print_record({name: n for name, n in counts.items() if name != "first_fault"})
    if found.first_fault is not None:
        note(_told(found.first_fault))
        sys.exit(1)


def _check(database: Database, files: BlobStore) -> Checked:
    with database.transaction(SYSTEM, read_only=True) as session:
        with _progress(lambda: count_assets(session)) as checked:
            custody = verify_chains(session, checked=checked)
        runs = check_runs(session)
        papers = check_files(session, files)
    wrong = f"the counter of failed rounds of asset {runs[0].asset_id}" if runs else None
    return Checked(
        chains=custody.chains,
        entries=custody.entries,
        holdings=custody.holdings,
        counters_wrong=len(runs),
        papers=papers.checked,
        first_fault=custody.first_fault or wrong or papers.fault,
    )


def _told(fault: Fault | str) -> str:
    if isinstance(fault, str):
        return f"{fault}: does not fit."
    place = "its present holding" if fault.seq is None else f"entry {fault.seq}"
    return f"{fault.asset}, {place}: {label_of(fault.what)}."


@contextmanager
def _progress(total: Callable[[], int]) -> Iterator[Callable[[int], None]]:
    """Shows how far the check has come, to a person at a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _n: None
        return
    from rich.console import Console  # noqa: PLC0415 - loaded only where it is shown
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("assets", total=total() or None)
        yield lambda n: bar.advance(task, n)

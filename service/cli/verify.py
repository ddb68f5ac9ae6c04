"""``kebien verify``: every custody chain and every present holder, recomputed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from inventory.base.actor import SYSTEM
from inventory.base.messages import label_of
from inventory.custody.queries import count_assets, verify_chains
from inventory.custody.schemas import Verified
from service.cli.output import json_option, note, print_json, print_record
from service.database import ready
from service.settings import Settings


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> None:
    """Recompute every hash of the custody ledger and every present holder.

    Names the first row that does not fit and then ends with status 1.
    """
    database = ready(settings)
    with (
        database.transaction(SYSTEM, read_only=True) as session,
        _progress(lambda: count_assets(session)) as checked,
    ):
        found = verify_chains(session, checked=checked)
    database.close()
    if as_json:
        print_json(found)
    else:
        print_record(_counts(found))
    if found.first_fault is not None:
        fault = found.first_fault
        place = "its present holding" if fault.seq is None else f"entry {fault.seq}"
        note(f"{fault.asset}, {place}: {label_of(fault.what)}.")
        sys.exit(1)


def _counts(found: Verified) -> dict[str, object]:
    return {"chains": found.chains, "entries": found.entries, "holdings": found.holdings}


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

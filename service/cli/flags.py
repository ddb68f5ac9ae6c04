"""``kebien flags``: lots by failed rounds in a row on a day."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import click
import msgspec

from auction.reviews.queries.standings import Standings, lots_by_failures
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day, now
from service.cli.law import Day
from service.cli.output import json_option, print_table
from service.database import ready
from service.settings import Settings

CHUNK = 500


@click.command()
@click.option("--as-of", type=Day(), help="The day to look back from; today where not given.")
@click.option(
    "--min-failed",
    metavar="N",
    type=click.IntRange(1),
    help="Failed rounds in a row; the first tier of the rule of that day where not given.",
)
@click.option("--open", "open_only", is_flag=True, help="Only lots not yet sold or withdrawn.")
@json_option
@click.pass_obj
def command(
    settings: Settings, as_of: date | None, min_failed: int | None, open_only: bool, as_json: bool
) -> None:
    """List lots by failed rounds in a row.

    Counted are the rounds of each lot up to that day, in their order; rounds that were stopped,
    paused or not held neither count nor end the run, a sale ends it.
    """
    day = as_of or local_day(now())
    with (
        closing(ready(settings)) as database,
        database.transaction(SYSTEM, read_only=True) as session,
        lots_by_failures(session, day, at_least=min_failed, open_only=open_only) as found,
    ):
        if as_json:
            for part in _as_json(found):
                click.echo(part, nl=False)
        else:
            _print(found)


def _as_json(found: Standings) -> Iterator[str]:
    """The answer piece by piece, so that a long list is never held whole."""
    yield f'{{"as_of": "{found.as_of}", "count": {found.count}, "lots": ['
    lines: list[str] = []
    comma = ""
    for lot in found.lots:
        lines.append(json.dumps(msgspec.to_builtins(lot), ensure_ascii=False))
        if len(lines) == CHUNK:
            yield comma + ",\n".join(lines)
            comma = ",\n"
            lines = []
    yield (comma if lines else "") + ",\n".join(lines) + "]}\n"


def _print(found: Standings) -> None:
    columns = ("lot", "failed in a row", "tier", "last round", "office", "assets")
    rows = (
        (
            lot.ref,
            lot.failed_in_a_row,
            lot.tier,
            lot.last_round_on,
            lot.office,
            ", ".join(lot.assets),
        )
        for lot in found.lots
    )
    wanted = f"{found.min_failed} or more failed rounds in a row"
    title = f"{found.count} lots with {wanted} on {found.as_of}"
    print_table(columns, rows, title)

"""``kebien sales``: what the real sales of an imported source say of floor and reductions."""

import json
from contextlib import closing

import click
import msgspec

from auction.offers.real_sales import RealSales, real_sales
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day, now
from service.cli.output import json_option, print_table
from service.database import ready
from service.settings import Settings


@click.command()
@click.argument("source")
@json_option
@click.pass_obj
def command(settings: Settings, source: str, as_json: bool) -> None:
    """Show at which share of the first price the lots of SOURCE were sold, round by round.

    Beside it: how many rounds the greatest reduction of today's law takes to come down to the
    same price. SOURCE is the source of an import, such as kr_court.
    """
    day = local_day(now())
    with (
        closing(ready(settings)) as database,
        database.transaction(SYSTEM, read_only=True) as session,
    ):
        found = real_sales(session, source, day)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found, str_keys=True), ensure_ascii=False))
    else:
        _print(found)


def _print(found: RealSales) -> None:
    columns = (
        "round",
        "sold",
        "start / first %",
        "sale / first %",
        "sale / start %",
        f"rounds at {found.limit_percent} %",
    )
    rows = (
        (
            row.round,
            row.sold,
            row.start_of_first,
            row.sale_of_first,
            row.sale_of_start,
            row.lawful_rounds,
        )
        for row in found.rounds
    )
    print_table(columns, rows, f"{found.sold} sales of {found.source}, medians by round")
    under = ", ".join(f"{step} %: {count}" for step, count in found.at_or_under.items())
    click.echo(f"Sold at or under that share of the first price: {under}")

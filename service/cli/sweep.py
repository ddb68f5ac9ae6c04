"""``kebien sweep``: flag the assets whose auctions failed too often."""

from contextlib import closing
from datetime import date
from functools import partial
from time import perf_counter

import click

from auction.reviews.commands import sweep
from auction.reviews.queries.flags import count_open
from auction.reviews.rules import SweepRunning
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day, now
from inventory.base.messages import _
from service.cli.law import Day
from service.cli.output import json_option, print_json, print_record
from service.database import ready
from service.settings import Settings


@click.command()
@click.option("--as-of", type=Day(), help="The day whose rounds and rule count; today otherwise.")
@json_option
@click.pass_obj
def command(settings: Settings, as_of: date | None, as_json: bool) -> None:
    """Flag every asset whose failed rounds in a row reached a tier of the rule.

    An asset is flagged once for each tier of a run; sweeping again changes nothing.
    """
    at = now()
    with closing(ready(settings)) as database:
        with database.transaction(SYSTEM, read_only=True) as session:
            already = count_open(session, SYSTEM)
        began = perf_counter()
        done = sweep(partial(database.transaction, SYSTEM), SYSTEM, as_of or local_day(at), at=at)
        seconds = round(perf_counter() - began, 3)
    if done.running_elsewhere:
        raise SweepRunning(_("Another sweep is running."))
    figures = {
        "as_of": done.as_of,
        "raised": done.raised,
        "already": already,
        "by_tier": {str(tier): raised for tier, raised in done.by_tier.items()},
        "seconds": seconds,
    }
    if as_json:
        print_json(figures)
    else:
        print_record({**figures, "by_tier": _words(done.by_tier)})


def _words(by_tier: dict[int, int]) -> str:
    return ", ".join(f"{raised} at {tier} failed rounds" for tier, raised in by_tier.items())

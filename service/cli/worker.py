"""``kebien worker``: the process that prints papers after the acts that issue them."""

import click

from service.database import ready
from service.settings import Settings
from service.worker import run


@click.command()
@click.option(
    "--at-once",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="How many papers are printed side by side.",
)
@click.pass_obj
def command(settings: Settings, at_once: int) -> None:
    """Do queued work, such as printing papers, until stopped.

    Several may run, on any number of machines; each paper is printed once. Without a worker a
    paper is printed when it is first asked for.
    """
    ready(settings).close()
    run(settings, at_once=at_once)

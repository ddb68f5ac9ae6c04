"""``kebien scheduler``: the process that does what falls due."""

import click

from service.database import ready
from service.scheduler import run
from service.settings import Settings


@click.command()
@click.pass_obj
def command(settings: Settings) -> None:
    """Run the jobs that fall due until stopped.

    Several may run; one at a time does the work.
    """
    ready(settings).close()
    run(settings)

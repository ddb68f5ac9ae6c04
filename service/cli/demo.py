"""``kebien demo``: the program to be tried, with made-up people and things."""

from dataclasses import replace
from pathlib import Path

import click

from service import demo
from service.cli.output import note, print_rich
from service.settings import Settings

FOLDER = Path(".demo")


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on. Also KEBIEN_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; without it any free one.")
@click.pass_context
def command(context: click.Context, host: str | None, port: int | None) -> None:
    """Try the program: database, web pages and scheduler in one.

    The data stay in the folder .demo, or in --data-dir, or in the database of KEBIEN_DATABASE_URL.
    Ctrl-C ends everything.
    """
    chosen = context.find_root().params["data_dir"]
    settings = Settings.from_env(chosen, fallback=FOLDER, demonstration=True)
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    demo.run(settings, any_port=port is None, announce=_show, note=note)


def _show(running: demo.Running) -> None:
    """Where it is and who may enter."""
    from rich.console import Group  # noqa: PLC0415 - loaded only where it is printed
    from rich.panel import Panel  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    people = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("Role", "Name", "Log-in", "Password"):
        people.add_column(name)
    for person in running.log_ins:
        people.add_row(person.role, person.name, person.login, person.password)
    shown = Group(
        Text(running.address, style="bold cyan"),
        Text("Made-up people and things, for trying out.\n"),
        people,
        Text(f"\nData in {running.data_dir}, logs in {running.log_dir}. Ctrl-C ends everything."),
    )
    print_rich(Panel(shown, title="kebien", title_align="left", expand=False))

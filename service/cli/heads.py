"""``kebien heads``: the signed heads of the ledgers, outside the database."""

from contextlib import closing
from functools import partial
from pathlib import Path

import click

from inventory.base.actor import SYSTEM
from inventory.base.clock import now
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.notary import jobs
from inventory.notary.commands import change_key
from inventory.notary.queries import list_heads
from inventory.notary.signing import draft_key, signer_at
from service.cli.output import json_option, note, print_json, print_record, print_table
from service.database import ready
from service.settings import Settings


@click.group()
def command() -> None:
    """Sign the heads of the ledgers, and carry them outside."""


@command.command()
@json_option
@click.pass_obj
def seal(settings: Settings, as_json: bool) -> None:
    """Cover what is new and sign a head now; the scheduler does it every day."""
    signer = signer_at(settings.notary_key_file)
    with closing(ready(settings)) as database:
        head = jobs.seal(partial(database.transaction, SYSTEM), signer, at=now())
    figures = {
        "number": head.number,
        "leaves": head.size,
        "root": head.root.hex(),
        "key": head.key_id,
    }
    (print_json if as_json else print_record)(figures)


@command.command()
@click.argument(
    "folders",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.pass_obj
def export(settings: Settings, folders: tuple[Path, ...]) -> None:
    """Add to each FOLDER the heads it lacks, and compare those it has.

    Each outside body gets a folder of its own. Ends with status 1 where one holds another head.
    """
    with closing(ready(settings)) as database:
        for folder in folders:
            added = jobs.export(partial(database.transaction, SYSTEM, read_only=True), folder)
            note(f"{folder}: {added} added.")


@command.command("list")
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    """The last heads, the newest first."""
    with (
        closing(ready(settings)) as database,
        database.transaction(SYSTEM, read_only=True) as session,
    ):
        heads = list_heads(session).items
    if as_json:
        print_json(heads)
        return
    rows = [(h.number, h.day_on, h.size, h.root, h.key_id) for h in heads]
    print_table(("Head", "Day", "Leaves", "Root", "Key"), rows)


@command.command("new-key")
@click.option("--lost", is_flag=True, help="The old key is gone; nobody vouches for the new one.")
@click.pass_obj
def new_key(settings: Settings, lost: bool) -> None:
    """Let a new key sign from now on.

    The old one signs the new one and is then kept beside it; lock it away or destroy it.
    """
    path = settings.notary_key_file
    if not lost and not path.exists():
        raise Invalid(_("There is no key at %(path)s."), path=str(path))
    old = None if lost else signer_at(path)
    draft = draft_key(path)
    new = signer_at(draft)
    with closing(ready(settings)) as database, database.transaction(SYSTEM) as session:
        change_key(session, SYSTEM, new, old, at=now())
    if path.exists():
        path.rename(path.with_name(f"old-{path.name}.{now():%Y%m%d%H%M%S}"))
    draft.rename(path)
    note(f"{path}: {new.key_id}")

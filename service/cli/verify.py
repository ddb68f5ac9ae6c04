"""``kebien verify``: the ledgers recomputed, or a certificate checked without a database."""

import sys
from pathlib import Path

import click

from service.cli.output import json_option, note, print_json, print_record
from service.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option(
    "--offline",
    metavar="FOLDER",
    type=_FOLDER,
    help="Check the custody certificate in FOLDER; opens no database.",
)
@click.option(
    "--heads",
    metavar="FOLDER",
    type=_FOLDER,
    help="With --offline: the heads that an outside body kept.",
)
@click.option(
    "--key",
    metavar="FILE",
    type=_FILE,
    help="With --offline: the public key (PEM) as it was first made known.",
)
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep in FILE how far the check has come, and go on from there.",
)
@click.option(
    "--files",
    type=click.Choice(["some", "all"]),
    default="some",
    show_default=True,
    help="Compare a few stored pictures and files with their hashes, or every one.",
)
@json_option
@click.pass_obj
def command(  # noqa: PLR0917 - click hands each option in by name
    settings: Settings,
    offline: Path | None,
    heads: Path | None,
    key: Path | None,
    state: Path | None,
    files: str,
    as_json: bool,
) -> None:
    """Recompute custody chains, present holders, counters, issued papers, files and signed heads.

    Names the first row that does not fit and then ends with status 1.
    """
    if offline is not None:
        _offline(offline, heads, key, as_json)
        return
    if heads is not None or key is not None:
        raise click.UsageError("--heads and --key go with --offline.")
    from service.cli import verifying  # noqa: PLC0415 - the check without a database starts at once

    found = verifying.check(settings, state, every_file=files == "all")
    if as_json:
        print_json(found)
    else:
        print_record({name: n for name, n in found.counts().items() if name != "first_fault"})
    if found.first_fault is not None:
        note(verifying.told(found.first_fault))
        sys.exit(1)


def _offline(folder: Path, heads: Path | None, key: Path | None, as_json: bool) -> None:
    from inventory.base.messages import label_of  # noqa: PLC0415 - only for a check without database
    from inventory.notary.offline import Unfit, check  # noqa: PLC0415

    found = check(folder, heads, key)
    if isinstance(found, Unfit):
        if as_json:
            print_json({"holds": False, "first_fault": found})
        note(f"{found.where}: {label_of(found.what)}.")
        sys.exit(1)
    if as_json:
        print_json({"holds": True, "certificate": found})
        return
    print_record(
        {name: getattr(found, name) for name in found.__struct_fields__ if name != "fault"}
    )
    for remark in found.remarks(pinned=key is not None, own_heads=heads is not None):
        note(remark)

"""``kebien certificate``: the custody certificate of an asset as a folder."""

from contextlib import closing
from pathlib import Path

import click

from inventory.base.actor import SYSTEM
from inventory.base.clock import now
from inventory.notary.queries import certificate_of
from inventory.notary.writing import bundle_of, write_bundle
from service.cli.output import note
from service.database import ready
from service.settings import Settings


@click.command()
@click.argument("ref")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(settings: Settings, ref: str, folder: Path) -> None:
    """Write all that ever happened to the custody of asset REF into FOLDER, to be checked anywhere.

    ``kebien verify --offline FOLDER`` checks it without a database.
    """
    with (
        closing(ready(settings)) as database,
        database.transaction(SYSTEM, read_only=True) as session,
    ):
        certificate = certificate_of(session, SYSTEM, ref, at=now())
        write_bundle(folder, bundle_of(session, certificate))
    note(f"{folder}: {len(certificate.entries)} entries, head {certificate.head}.")

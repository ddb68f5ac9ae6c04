"""``kebien report``: papers as PDF files."""

from pathlib import Path

import click

from inventory.base import clock
from inventory.base.actor import SYSTEM
from reports.forms.review_dossier.form import lay_out
from reports.forms.review_dossier.gather import dossier_of
from reports.pdf.press import print_pdf
from service.cli.output import json_option, note, print_json
from service.database import ready
from service.settings import Settings


@click.group()
def command() -> None:
    """Print a document as PDF."""


@command.command("review-dossier")
@click.argument("ref")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the PDF.",
)
@json_option
@click.pass_obj
def review_dossier(settings: Settings, ref: str, output: Path, as_json: bool) -> None:
    """Print the review dossier of an asset or a lot: a working copy without a number.

    REF is the number of an asset, of a lot, or of an imported lot in its source.
    """
    at = clock.now()
    database = ready(settings)
    with database.transaction(SYSTEM, read_only=True) as session:
        dossier = dossier_of(session, SYSTEM, ref, at=at)
    database.close()
    pdf = print_pdf(lay_out(dossier))
    output.write_bytes(pdf)
    if as_json:
        facts = {
            "ref": ref,
            "subject": dossier.data.subject,
            "assets": [asset.reference for asset in dossier.data.assets],
            "rounds": len(dossier.data.rounds),
            "failed_in_a_row": dossier.data.failed_in_a_row,
            "breaches": len(dossier.data.breaches),
        }
        print_json({**facts, "file": output, "bytes": len(pdf)})
    else:
        note(f"{output}: {len(pdf)} bytes.")

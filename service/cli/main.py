"""The command ``kebien``.

A command lives in a module of its own here, under the name ``command``, and is entered below with
one line of help. Exit status: 0 done; 1 the thing asked for does not hold or was refused, with the
reason on standard error; 2 wrong usage.
"""

import errno
import sys
from pathlib import Path

import click

from inventory.base.errors import DomainError, Param
from service.cli.lazy import Entry, LazyGroup
from service.settings import Settings, chosen_languages

SECTIONS = {
    "Run": {
        "demo": Entry("service.cli.demo", "Try the program: a demonstration office, all in one."),
        "serve": Entry("service.cli.serve", "Serve the web pages and the REST interface."),
        "scheduler": Entry("service.cli.scheduler", "Run the jobs that fall due."),
        "worker": Entry("service.cli.worker", "Do queued work: print papers."),
    },
    "Work": {
        "import": Entry("service.cli.imports", "Read auction history or seized goods from files."),
        "sweep": Entry("service.cli.sweep", "Flag the assets whose auctions failed too often."),
        "flags": Entry("service.cli.flags", "List lots by failed rounds in a row."),
        "sales": Entry("service.cli.sales", "What real sales say of floor and reductions."),
        "report": Entry("service.cli.report", "Print a document as PDF."),
        "verify": Entry("service.cli.verify", "Recompute every chain, or check a certificate."),
        "heads": Entry("service.cli.heads", "Sign the ledgers' heads and carry them outside."),
        "certificate": Entry("service.cli.certificate", "Write an asset's custody certificate."),
    },
    "Law": {
        "law": Entry("service.cli.law", "Rules, deadlines and prices; needs no database."),
    },
    "Administration": {
        "db": Entry("service.cli.db", "Bring up to date, look at or stop the database."),
        "user": Entry("service.cli.user", "Give people a log-in."),
    },
}


class Refused(click.ClickException):
    """What was asked for does not hold or was refused."""

    exit_code = 1

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """The reason, on standard error."""
        click.echo(self.format_message(), err=True)


class Root(LazyGroup):
    """The outermost command: takes ``--data-dir`` anywhere, turns refusals into exit status 1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Accept ``--data-dir`` after the command's name as well."""
        return super().parse_args(ctx, _data_dir_first(args))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a refusal ends it with its reason."""
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            raise Refused(explain(refusal)) from refusal
        except OSError as failure:
            if failure.errno == errno.EPIPE:
                raise
            raise Refused(str(failure)) from failure
        except Exception as failure:
            if not _database_is_away(failure):
                raise
            raise Refused(str(failure.__cause__ or failure).strip()) from failure


def explain(refusal: DomainError) -> str:
    """A refusal in the reader's language, with every field it names and its article."""
    said = {(refusal.message_id, tuple(refusal.params.items()))}
    lines = [_translated(refusal.message_id, refusal.params)]
    for field, (msgid, params) in refusal.fields.items():
        if (msgid, tuple(params.items())) not in said:
            lines.append(f"  {field}: {_translated(msgid, params)}")
    if refusal.article:
        lines[0] = f"{lines[0]} ({refusal.article})"
    return "\n".join(lines)


def _translated(msgid: str, params: dict[str, Param]) -> str:
    if any(language.startswith("vi") for language in chosen_languages()):
        from service.web import locales  # noqa: PLC0415 - catalogues load slowly, refusals are rare

        return locales.translate("vi", msgid, params)
    return msgid % params if params else msgid


def _database_is_away(failure: Exception) -> bool:
    """Whether a database that should answer does not; looks without loading SQLAlchemy."""
    errors = sys.modules.get("sqlalchemy.exc")
    return errors is not None and isinstance(failure, errors.OperationalError)


def _data_dir_first(args: list[str]) -> list[str]:
    end = args.index("--") if "--" in args else len(args)
    for place, word in enumerate(args[:end]):
        if word == "--data-dir":
            return [*args[place : place + 2], *args[:place], *args[place + 2 :]]
        if word.startswith("--data-dir="):
            return [word, *args[:place], *args[place + 1 :]]
    return args


@click.command(
    cls=Root,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--data-dir",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the embedded database and files. Also KEBIEN_DATA_DIR; may follow the command.",
)
@click.version_option(package_name="kebien", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, data_dir: Path | None) -> None:
    """Seized assets, evidence warehouses, valuation and repeated auctions."""
    context.obj = Settings.from_env(data_dir)

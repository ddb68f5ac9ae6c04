"""``kebien db``: the database brought up to date, looked at, stopped."""

from contextlib import closing

import click
from sqlalchemy import Connection, text

from service.cli.output import json_option, note, print_json, print_record, print_table
from service.database import Database, load_shipped, migrate, owner_engine, revisions
from service.postgres.cluster import State
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

_SERVER = text(
    "SELECT current_setting('server_version') AS version,"
    " pg_database_size(current_database()) AS size_bytes"
)
_TABLES = text(
    "SELECT c.relname AS name, greatest(c.reltuples, 0)::bigint AS rows,"
    " pg_total_relation_size(c.oid) AS bytes"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
    " ORDER BY bytes DESC, name LIMIT 20"
)


@click.group()
def command() -> None:
    """Bring up to date, look at or stop the database."""


@command.command()
@json_option
@click.pass_obj
def upgrade(settings: Settings, as_json: bool) -> None:
    """Bring the tables up to date, starting the embedded database first."""
    before, _head = revisions(settings)
    migrate(settings)
    with closing(Database(settings)) as database:
        load_shipped(database)
    after, _head = revisions(settings)
    if as_json:
        print_json({"from": before, "to": after})
    else:
        note(
            f"The database is at {after}." if before == after else f"{before or 'empty'} → {after}"
        )


@command.command()
@json_option
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Say where the database is and how large. Starts nothing."""
    found = _status(settings)
    if as_json:
        print_json(found)
        return
    tables = found.pop("tables", [])
    print_record(found)
    if isinstance(tables, list) and tables:
        print_table(list(tables[0]), [list(table.values()) for table in tables])


@command.command()
@json_option
@click.pass_obj
def stop(settings: Settings, as_json: bool) -> None:
    """End the embedded server of the data folder.

    A database of one's own is left alone.
    """
    embedded = settings.database_url is None
    stopped = embedded and EmbeddedServer(settings.data_dir).stop()
    if as_json:
        print_json({"stopped": stopped})
    else:
        note("Stopped." if stopped else "No embedded server was running.")


def _status(settings: Settings) -> dict[str, object]:
    if settings.database_url is None:
        server = EmbeddedServer(settings.data_dir).status()
        place: dict[str, object] = {
            "embedded": True,
            "running": server.state is State.READY,
            "mode": server.mode,
            "folder": server.folder,
            "pid": server.pid,
        }
        if server.state is not State.READY:
            return {**place, "version": server.version}
    else:
        place = {"embedded": False, "running": True}
    current, head = revisions(settings)
    engine = owner_engine(settings)
    with engine.connect() as connection:
        facts = _facts(connection)
    engine.dispose()
    return {
        **place,
        "url": engine.url.render_as_string(hide_password=True),
        "revision": current,
        "head": head,
        **facts,
    }


def _facts(connection: Connection) -> dict[str, object]:
    server = connection.execute(_SERVER).mappings().one()
    tables = connection.execute(_TABLES).mappings().all()
    return {**server, "tables": [dict(table) for table in tables]}

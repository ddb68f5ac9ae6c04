"""A database apart for tests that really commit, beside the one whose tests are rolled back."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, create_engine, text

from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

PRISTINE = "pristine"
"""What copies are made of: a database is copied only while nobody is connected to it."""


def keep_pristine(database: Database) -> None:
    """Keep a copy of the migrated database with its rules, before anybody else connects to it."""
    database.engine.dispose()
    with _server(database) as connection:
        connection.execute(text(_copy(PRISTINE, "kebien")))


SCATTERED = """
DO $$
DECLARE seq record; start bigint := 0;
BEGIN
    FOR seq IN SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name
            FROM pg_sequences ORDER BY hashtext(sequencename) LOOP
        start := start + 10000;
        EXECUTE format('ALTER SEQUENCE %s RESTART %s', seq.name, start);
    END LOOP;
END $$
"""
"""Every table counts from its own start, as in an office that has worked for years: an id that is
taken for another table's meets nothing there, and none is the number of a test by chance."""


def scatter_ids(database: Database) -> None:
    """Let the rows that tests make have ids that no other table has."""
    engine = create_engine(_owner(database))
    with engine.begin() as connection:
        connection.execute(text(SCATTERED))
    engine.dispose()


@contextmanager
def database_apart(database: Database) -> Iterator[Settings]:
    """A copy of the migrated database with its rules, thrown away at the end."""
    name = f"apart_{secrets.token_hex(4)}"
    with _server(database) as connection:
        connection.execute(text(_copy(name, PRISTINE)))
        try:
            address = _owner(database).replace("/kebien?", f"/{name}?")
            yield replace(database.settings, database_url=address)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _copy(name: str, template: str) -> str:
    """Files are copied as they lie: half the work of writing every page to the log as well."""
    return f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"


@contextmanager
def _server(database: Database) -> Iterator[Connection]:
    address = _owner(database).replace("/kebien?", "/postgres?")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _owner(database: Database) -> str:
    return EmbeddedServer(database.settings.data_dir).url("kebien_owner")

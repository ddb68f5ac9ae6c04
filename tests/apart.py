"""A database apart for tests that really commit, beside the one whose tests are rolled back."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import create_engine, text

from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings


@contextmanager
def database_apart(database: Database) -> Iterator[Settings]:
    """A copy of the migrated database with its rules, thrown away at the end."""
    owner = EmbeddedServer(database.settings.data_dir).url("kebien_owner")
    name = f"apart_{secrets.token_hex(4)}"
    engine = create_engine(owner.replace("/kebien?", "/postgres?"), isolation_level="AUTOCOMMIT")
    database.engine.dispose()
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE kebien"))
        try:
            address = owner.replace("/kebien?", f"/{name}?")
            yield replace(database.settings, database_url=address)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()

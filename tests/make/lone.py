"""A database of a test's own: for what cannot be rolled back, or needs its owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.database import Database, ready
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests import prepared


@contextmanager
def lone_database(folder: Path, *, threads: int = 4) -> Iterator[Database]:
    """A migrated, empty database on a server of its own; it does not wait for the disk."""
    server = EmbeddedServer(prepared.migrated(folder), options=prepared.HASTY).ensure()
    database = ready(Settings(data_dir=folder, threads=threads, secret="of the tests"))
    try:
        yield database
    finally:
        database.close()
        server.stop()
        prepared.throw_away(folder)

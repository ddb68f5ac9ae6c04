"""The shortest way to the database, for the few statements that every act sends.

They go to the driver as they are, prepared, on the connection and in the transaction of the
session: otherwise a third of what an act costs the server would be the making of objects around
statements and rows that nobody needs. Everything else goes through SQLAlchemy.
"""

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


class Direct:
    """A statement with parameters written %(name)s; their types must follow from the statement."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._sent = text.encode()

    def ask(self, connection: Connection, said: Mapping[str, Any]) -> Row | None:
        """The first row of what it answers; None where it answers none.

        Raises what SQLAlchemy would raise.
        """
        driver = cast("psycopg.Connection[Row]", connection.connection.driver_connection)
        try:
            return driver.execute(self._sent, said, prepare=True).fetchone()
        except psycopg.Error as error:
            lost = driver.closed
            if lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                self.text,
                dict(said),
                error,
                psycopg.Error,
                connection_invalidated=lost,
                dialect=connection.dialect,
            ) from error

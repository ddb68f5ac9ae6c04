"""The shortest way to the database, for the few statements that every act sends.

They go to the driver as they are, prepared, on the connection and in the transaction of the
session: otherwise a third of what an act costs the server would be the making of objects around
statements and rows that nobody needs. Everything else goes through SQLAlchemy.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import Any, Generic, TypeVar, cast

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.pool import PoolProxiedConnection

from inventory.base.orm import Base

Row = tuple[Any, ...]
M = TypeVar("M", bound=Base)


class KeptStatements(PrepareManager):
    """What a connection has prepared, kept whatever is rolled back.

    The driver throws all of it away with every rollback, for the case that tables were made anew;
    the program makes none, and every refusal would cost the next acts the planning of theirs.
    """

    prepared_max = 300

    def __init__(self) -> None:
        super().__init__()
        self.direct: dict[bytes, bytes] = {}
        self.reader: Any = None

    def clear(self) -> bool:
        """Nothing is thrown away."""
        return False


def keep_statements(driver: "psycopg.Connection[Any]", _record: object = None) -> None:
    """Let a connection keep what it has prepared; called once, when it is opened."""
    driver._prepared = KeptStatements()  # noqa: SLF001 - the driver has no setting for it


class Direct:
    """A statement with parameters written %(name)s; their types must follow from the statement."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._names = tuple(dict.fromkeys(_NAMED.findall(text)))
        places = {name: f"${n}" for n, name in enumerate(self._names, 1)}
        numbered = _NAMED.sub(lambda found: places[found[1]], text)
        self._sent = numbered.replace("%%", "%").encode()

    def ask(self, connection: Connection, said: Mapping[str, Any]) -> Row | None:
        """The first row of what it answers; None where it answers none.

        Raises what SQLAlchemy would raise.
        """
        return next(iter(self.ask_all(connection, said)), None)

    def ask_all(self, connection: Connection, said: Mapping[str, Any]) -> list[Row]:
        """All rows it answers.

        Raises what SQLAlchemy would raise.
        """
        driver = cast("psycopg.Connection[Row]", connection.connection.driver_connection)
        kept = driver._prepared  # noqa: SLF001 - ours, see above
        try:
            if isinstance(kept, KeptStatements):
                return self._ask_at_once(driver, kept, said)
            return driver.execute(self.text.encode(), said, prepare=True).fetchall()
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

    def _ask_at_once(
        self, driver: "psycopg.Connection[Row]", kept: KeptStatements, said: Mapping[str, Any]
    ) -> list[Row]:
        link = driver.pgconn
        given = cast("list[bytes]", [_written(said[name]) for name in self._names])
        name = kept.direct.get(self._sent)
        begun = link.transaction_status != TransactionStatus.IDLE or driver.autocommit
        if name is None:
            if not begun:
                _checked(link.exec_(b"BEGIN"))
                begun = True
            name = f"direct_{len(kept.direct)}".encode()
            _checked(link.prepare(name, self._sent))
            kept.direct[self._sent] = name
        result = _checked(
            link.exec_prepared(name, given) if begun else link.exec_(_opening(link, name, given))
        )
        if not result.ntuples:
            return []
        rows = kept.reader = kept.reader or Transformer(driver)  # it knows the types it has seen
        rows.set_pgresult(result)
        return rows.load_rows(0, result.ntuples, tuple)


_NAMED = re.compile(r"%\((\w+)\)s")
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


def _opening(link: PGconn, name: bytes, given: list[bytes]) -> bytes:
    """The first statement of a transaction together with its beginning: one message, one answer."""
    if not given:
        return b"BEGIN; EXECUTE " + name
    quoted = Escaping(link).escape_literal
    values = b", ".join(b"NULL" if value is None else quoted(value) for value in given)
    return b"BEGIN; EXECUTE " + name + b"(" + values + b")"


def commit_at_once(connection: PoolProxiedConnection) -> None:
    """End the transaction of a connection, if there is one, without the driver's way around it.

    Raises what the driver would raise.
    """
    driver = cast("psycopg.Connection[Row]", connection.dbapi_connection)
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        _checked(driver.pgconn.exec_(b"COMMIT"))


def _checked(result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise error_from_result(result)
    return result


def _written(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it; the statement says of what type it is.

    Raises psycopg.DataError for a text with a null character, which would end there.
    """
    return b"%d" % value if type(value) is int else _written_otherwise(value)


def _written_otherwise(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, str):
        if "\0" in value:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return value.encode()
    if isinstance(value, date):
        return value.isoformat().encode()
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, list):
        return b"{" + b",".join(map(_element, value)) + b"}"
    return str(value).lower().encode()


def _element(value: Any) -> bytes:
    written = _written(value)
    if written is None:
        return b"NULL"
    if isinstance(value, int):
        return written
    return b'"' + written.replace(b"\\", rb"\\").replace(b'"', rb"\"") + b'"'


class Looking(Generic[M]):
    """Rows of one table as its objects, to be looked at only.

    No session keeps them, so what is changed of them is never written.
    """

    def __init__(self, model: type[M], rest: str, *also: str) -> None:
        table = cast(Table, model.__table__)
        self._model = model
        self._names = [column.name for column in table.columns]
        columns = ", ".join([*(f'{table.name}."{name}"' for name in self._names), *also])
        self._statement = Direct(f"SELECT {columns} FROM {table.name} {rest}")  # noqa: S608 - our words

    def ask(self, connection: Connection, said: Mapping[str, Any]) -> tuple[M, Row] | None:
        """The first row as an object, with what else was asked for; None where there is none."""
        row = self._statement.ask(connection, said)
        if row is None:
            return None
        known = looked_at(self._model, zip(self._names, row, strict=False))
        return known, row[len(self._names) :]


def looked_at(model: type[M], values: Iterable[tuple[str, Any]]) -> M:
    """A row as its object, to be looked at only: no session keeps it."""
    known: M = manager_of_class(model).new_instance()
    known.__dict__.update(values)
    return known


_cursors = count(1)


def stream(
    connection: Connection, statement: str, said: Mapping[str, Any] | None = None, *, chunk: int
) -> Iterator[Row]:
    """The rows of a statement, read in chunks from a cursor of the server, however many they are.

    For the few that read whole ledgers: no objects around rows, and memory for one chunk.
    """
    driver = cast("psycopg.Connection[Row]", connection.connection.driver_connection)
    with driver.cursor(f"kebien_{next(_cursors)}") as cursor:
        cursor.itersize = chunk
        cursor.execute(statement.encode(), said, binary=True)
        yield from cursor


def copied(connection: Connection, statement: str) -> Generator[list[bytes]]:
    """The rows of a statement as the text of their fields, empty where there is no value.

    The leanest way to read a whole ledger: COPY, one line a row, no values made of the text. A
    reader that stops early closes it and then goes back to where the transaction was marked.
    """
    driver = cast("psycopg.Connection[Row]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (NULL '')") as copy:
        for line in copy:
            said = bytes(line)[:-1]
            fields = said.split(b"\t")
            if b"\\" in said:
                fields = [_ESCAPED.sub(_plain, field) for field in fields]
            yield fields


_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _plain(found: re.Match[bytes]) -> bytes:
    return _ESCAPES.get(found[1], found[1])

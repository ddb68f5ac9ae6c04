"""Rows of several tables written in one statement: one round trip an act, whatever it touches.

Each table's rows travel as one JSON parameter, so the statement stays short and is planned once a
connection, and one row or a hundred are the same statement. All sub-statements see the database as
it was before; none may read what another writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import Table
from sqlalchemy.orm import Session

from inventory.base.direct import Direct
from inventory.base.orm import Base

Rows = Sequence[Mapping[str, Any]]


class Together:
    """A statement that adds rows to some tables and replaces rows of others.

    ``add`` names the tables that get new rows, ``replace`` those whose rows are replaced by key.
    """

    def __init__(self, *, add: Iterable[type[Base]], replace: Iterable[type[Base]] = ()) -> None:
        added, replaced = _tables(add), _tables(replace)
        self._names = [table.name for table in (*added, *replaced)]
        parts = [f"{table.name}_ AS ({_add(table)})" for table in added]
        parts += [f"{table.name}_ AS ({_replace(table)})" for table in replaced]
        self._statement = Direct(f"WITH {', '.join(parts)} SELECT 1")

    def write(self, session: Session, **rows: Rows) -> None:
        """Write the rows, given by the name of their table."""
        said = {name: _json(rows[name]) for name in self._names}
        self._statement.ask(session.connection(), said)


def _tables(models: Iterable[type[Base]]) -> list[Table]:
    return [cast(Table, model.__table__) for model in models]


def _columns(table: Table) -> list[str]:
    """The columns a row must give; the database computes the others."""
    return [c.name for c in table.columns if c.computed is None and c.identity is None]


def _source(table: Table) -> str:
    return f"jsonb_populate_recordset(NULL::{table.name}, %({table.name})s::jsonb)"


def _add(table: Table) -> str:
    columns = ", ".join(f'"{name}"' for name in _columns(table))
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_source(table)}"  # noqa: S608 - our names


def _replace(table: Table) -> str:
    keys = {column.name for column in table.primary_key}
    new = ", ".join(f'"{name}" = new_."{name}"' for name in _columns(table) if name not in keys)
    same = " AND ".join(f'{table.name}."{key}" = new_."{key}"' for key in keys)
    return f"UPDATE {table.name} SET {new} FROM {_source(table)} new_ WHERE {same}"  # noqa: S608 - our names


def _json(rows: Rows) -> str:
    plain = [
        {
            name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return msgspec.json.encode(plain).decode()

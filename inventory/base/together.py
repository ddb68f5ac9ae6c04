"""Rows of several tables written in one statement: one round trip an act, whatever it touches.

Each table's rows travel as one JSON parameter, so the statement stays short and is planned once a
connection, and one row or a hundred are the same statement. All sub-statements see the database as
it was before; none may read what another writes.

An act whose rows come from several rooms gathers them (``gathered``): what is given to ``add``
inside waits, and is written in one statement at its end, or when somebody is about to read it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
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


@contextmanager
def gathered(session: Session) -> Iterator[None]:
    """Inside, added rows wait for the end and are then written together.

    Only rows that nobody reads in the same act: who does calls ``write_gathered`` first.
    """
    if _GATHERED in session.info:
        yield
        return
    session.info[_GATHERED] = {}
    try:
        yield
        write_gathered(session)
    finally:
        del session.info[_GATHERED]


def add(session: Session, model: type[Base], rows: Rows, *, unless_known: bool = False) -> None:
    """Add rows to a table, now or together with what else is gathered.

    Columns that the database fills in are left to it. ``unless_known`` passes over rows whose key
    is there already.
    """
    if not rows:
        return
    waiting: _Waiting | None = session.info.get(_GATHERED)
    if waiting is None:
        _write(session, {(model, unless_known): rows})
    else:
        waiting.setdefault((model, unless_known), []).extend(rows)


def write_gathered(session: Session, wanted: type[Base] | None = None) -> None:
    """Write what waits; with a table that is about to be read only where rows of it do."""
    waiting: _Waiting = session.info.get(_GATHERED) or {}
    if waiting and (wanted is None or any(model is wanted for model, _known in waiting)):
        now = dict(waiting)
        waiting.clear()
        _write(session, now)


_GATHERED = "together.gathered"
_Waiting = dict[tuple[type[Base], bool], list[Mapping[str, Any]]]


def _write(session: Session, rows: Mapping[tuple[type[Base], bool], Rows]) -> None:
    session.flush()
    names, statement = _adding(tuple(rows))
    said = {name: _json(of) for name, of in zip(names, rows.values(), strict=True)}
    statement.ask(session.connection(), said)


@lru_cache
def _adding(models: tuple[tuple[type[Base], bool], ...]) -> tuple[list[str], Direct]:
    tables = [cast(Table, model.__table__) for model, _known in models]
    parts = [
        f"{table.name}_ AS ({_add(table, given=True)}{' ON CONFLICT DO NOTHING' * known})"
        for table, (_model, known) in zip(tables, models, strict=True)
    ]
    return [table.name for table in tables], Direct(f"WITH {', '.join(parts)} SELECT 1")


def _tables(models: Iterable[type[Base]]) -> list[Table]:
    return [cast(Table, model.__table__) for model in models]


def _columns(table: Table, *, given: bool = False) -> list[str]:
    """The columns a row must give; the database computes the others.

    ``given`` are those without the ones the database has a value for.
    """
    return [
        c.name
        for c in table.columns
        if c.computed is None and c.identity is None and not (given and c.server_default)
    ]


def _source(table: Table) -> str:
    return f"jsonb_populate_recordset(NULL::{table.name}, %({table.name})s::jsonb)"


def _add(table: Table, *, given: bool = False) -> str:
    columns = ", ".join(f'"{name}"' for name in _columns(table, given=given))
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

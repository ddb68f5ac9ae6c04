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
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Table
from sqlalchemy.orm import Session

from inventory.base.direct import Direct, Row
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
        parts += [
            f"{table.name}_ AS ({_change(table, _columns(table), table.name)})"
            for table in replaced
        ]
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
    _give(session, _Into(model, unless_known=unless_known), rows)


def change(session: Session, model: type[Base], row: Mapping[str, Any]) -> None:
    """Change some columns of the row whose key is given with them, now or with what is gathered."""
    _give(session, _Into(model, changed=tuple(row)), [row])


def write_gathered(session: Session, wanted: type[Base] | None = None) -> None:
    """Write what waits; with a table that is about to be read only where rows of it do."""
    waiting: _Waiting = session.info.get(_GATHERED) or {}
    if waiting and (wanted is None or any(into.model is wanted for into in waiting)):
        now = dict(waiting)
        waiting.clear()
        _write(session, now)


def ask_and_write(session: Session, statement: Direct, said: Mapping[str, Any]) -> list[Row]:
    """All rows of a statement that begins with WITH, which writes what is gathered as well.

    It sees the database as it was before; what it writes and what waits must not need each other.
    """
    waiting: _Waiting = session.info.get(_GATHERED) or {}
    session.flush()
    if not waiting:
        return statement.ask_all(session.connection(), said)
    both = _writing(tuple(waiting), statement)
    rows = _said(waiting)
    waiting.clear()
    return both.ask_all(session.connection(), {**rows, **said})


class _Into(NamedTuple):
    """What happens to rows of a table: they are added, or some of their columns changed."""

    model: type[Base]
    unless_known: bool = False
    changed: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        return cast(Table, self.model.__table__)

    def written(self, rows: str) -> str:
        """The statement that writes the rows of a parameter."""
        if self.changed:
            return _change(self.table, self.changed, rows)
        return (
            _add(self.table, given=True, rows=rows) + " ON CONFLICT DO NOTHING" * self.unless_known
        )


_GATHERED = "together.gathered"
_Waiting = dict[_Into, list[Mapping[str, Any]]]


def _give(session: Session, into: _Into, rows: Rows) -> None:
    if not rows:
        return
    waiting: _Waiting | None = session.info.get(_GATHERED)
    if waiting is None:
        _write(session, {into: rows})
    else:
        waiting.setdefault(into, []).extend(rows)


def _write(session: Session, rows: Mapping[_Into, Rows]) -> None:
    session.flush()
    _writing(tuple(rows)).ask(session.connection(), _said(rows))


def _said(rows: Mapping[_Into, Rows]) -> dict[str, str]:
    return {f"rows_{n}": _json(of) for n, of in enumerate(rows.values())}


@lru_cache
def _writing(wanted: tuple[_Into, ...], asked: Direct | None = None) -> Direct:
    parts = [f"part_{n} AS ({into.written(f'rows_{n}')})" for n, into in enumerate(wanted)]
    rest = f", {asked.text.lstrip().removeprefix('WITH ')}" if asked else " SELECT 1"
    return Direct(f"WITH {', '.join(parts)}{rest}")


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


def _source(table: Table, rows: str) -> str:
    return f"jsonb_populate_recordset(NULL::{table.name}, %({rows})s::jsonb)"


def _add(table: Table, *, given: bool = False, rows: str = "") -> str:
    columns = ", ".join(f'"{name}"' for name in _columns(table, given=given))
    source = _source(table, rows or table.name)
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {source}"  # noqa: S608 - our names


def _change(table: Table, columns: Iterable[str], rows: str) -> str:
    keys = [column.name for column in table.primary_key]
    new = ", ".join(f'"{name}" = new_."{name}"' for name in columns if name not in keys)
    same = " AND ".join(f'{table.name}."{key}" = new_."{key}"' for key in keys)
    return f"UPDATE {table.name} SET {new} FROM {_source(table, rows)} new_ WHERE {same}"  # noqa: S608 - our names


def _json(rows: Rows) -> str:
    plain = [
        {
            name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return msgspec.json.encode(plain).decode()

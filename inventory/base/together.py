"""Rows of several tables written in one statement: one round trip an act, whatever it touches.

Many rows of a table travel as one JSON parameter, so that a hundred are the same short statement as
fifty; one or two, as nearly every act has them, value by value, which costs the database less. A
statement is planned once a connection for each such shape. All sub-statements see the database as
it was before; none may read what another writes.

An act whose rows come from several rooms gathers them (``gathered``): what is given to ``add``
inside waits, and is written in one statement at its end, or when somebody is about to read it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from inventory.base.direct import Direct, Row
from inventory.base.orm import Base

Rows = Sequence[Mapping[str, Any]]
FEW = 2
"""So many rows of a table travel value by value, more as one parameter."""


class Together:
    """A statement that adds rows to some tables and replaces rows of others.

    ``add`` names the tables that get new rows, ``replace`` those whose rows are replaced by key.
    """

    def __init__(self, *, add: Iterable[type[Base]], replace: Iterable[type[Base]] = ()) -> None:
        self._parts = [_Into(model, whole=True) for model in add]
        for model in replace:
            changed = tuple(_columns(cast(Table, model.__table__)))
            self._parts.append(_Into(model, changed=changed))

    def write(self, session: Session, **rows: Rows) -> None:
        """Write the rows, given by the name of their table."""
        _send(session, {into: rows[into.table.name] for into in self._parts})


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


def add(
    session: Session,
    model: type[Base],
    rows: Rows,
    *,
    unless_known: bool = False,
    whole: bool = False,
) -> None:
    """Add rows to a table, now or together with what else is gathered.

    Columns that the database fills in are left to it, but for ``whole`` rows. ``unless_known``
    passes over rows whose key is there already.
    """
    _give(session, _Into(model, unless_known=unless_known, whole=whole), rows)


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
    shape, rows = _shaped(waiting)
    waiting.clear()
    return _writing(shape, statement).ask_all(session.connection(), {**rows, **said})


class _Into(NamedTuple):
    """What happens to rows of a table: they are added, or some of their columns changed.

    ``whole`` rows give every column, also those the database has a value for.
    """

    model: type[Base]
    unless_known: bool = False
    changed: tuple[str, ...] = ()
    whole: bool = False

    @property
    def table(self) -> Table:
        return cast(Table, self.model.__table__)

    @property
    def columns(self) -> Iterable[str]:
        return self.changed or _columns(self.table, given=not self.whole)

    def written(self, n: int, few: int) -> str:
        """The statement that writes the rows of part ``n``, ``few`` of them value by value."""
        if self.changed:
            return _change_one(self, n) if few else _change(self.table, self.changed, n)
        added = _add(self.table, self.columns, self._values(n, few) or _source(self.table, n))
        return added + " ON CONFLICT DO NOTHING" * self.unless_known

    def _values(self, n: int, few: int) -> str:
        types = _types(self)
        rows = (
            ", ".join(f"%({_name(n, row, c)})s::{kind}" for c, (_, kind) in enumerate(types))
            for row in range(few)
        )
        return ", ".join(f"({row})" for row in rows)


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
    _send(session, rows)


def _send(session: Session, rows: Mapping[_Into, Rows]) -> None:
    shape, said = _shaped(rows)
    if shape:
        _writing(shape).ask(session.connection(), said)


_Shape = tuple[tuple[_Into, int], ...]
"""What is written, and how many rows of each travel value by value: none where all are as JSON."""


def _shaped(rows: Mapping[_Into, Rows]) -> tuple[_Shape, dict[str, Any]]:
    shape: list[tuple[_Into, int]] = []
    said: dict[str, Any] = {}
    for into, of in rows.items():
        if not of:
            continue
        n, few = len(shape), len(of) if len(of) <= (1 if into.changed else FEW) else 0
        shape.append((into, few))
        if few:
            said.update(_given(into, n, of))
        else:
            said[f"rows_{n}"] = _json(of)
    return tuple(shape), said


def _given(into: _Into, n: int, rows: Rows) -> dict[str, Any]:
    """The values of a few rows by the names that the statement gives them."""
    given: dict[str, Any] = {}
    for (plain, others), of in zip(_slots(into, n), rows, strict=False):
        given |= {name: of.get(column) for name, column in plain}
        for name, column, kind in others:
            value = of.get(column)
            if value is not None:
                value = msgspec.json.encode(value).decode() if kind == "JSONB" else list(value)
            given[name] = value
    return given


_Slots = tuple[list[tuple[str, str]], list[tuple[str, str, str]]]
"""What a row's values are called in the statement: as they are; and made into JSON or a list."""


@cache
def _slots(into: _Into, n: int) -> list[_Slots]:
    """The names of part ``n`` for as many rows as may travel value by value."""
    slots: list[_Slots] = []
    for row in range(FEW):
        named = [(_name(n, row, c), *column) for c, column in enumerate(_types(into))]
        others = [slot for slot in named if slot[2] == "JSONB" or slot[2].endswith("[]")]
        slots.append(([slot[:2] for slot in named if slot not in others], others))
    return slots


def _name(part: int, row: int, column: int) -> str:
    return f"v{part}_{row}_{column}"


@cache
def _types(into: _Into) -> list[tuple[str, str]]:
    """The columns that rows give, with their types as PostgreSQL writes them."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    columns = into.table.columns
    return [(name, columns[name].type.compile(dialect)) for name in into.columns]


@lru_cache(maxsize=512)
def _writing(shape: _Shape, asked: Direct | None = None) -> Direct:
    parts = [f"part_{n} AS ({into.written(n, few)})" for n, (into, few) in enumerate(shape)]
    rest = f", {asked.text.lstrip().removeprefix('WITH ')}" if asked else " SELECT 1"
    return Direct(f"WITH {', '.join(parts)}{rest}")


def _columns(table: Table, *, given: bool = False) -> list[str]:
    """The columns a row must give; the database computes the others.

    ``given`` are those without the ones the database has a value for.
    """
    return [
        c.name
        for c in table.columns
        if c.computed is None and c.identity is None and not (given and c.server_default)
    ]


def _add(table: Table, names: Iterable[str], source: str) -> str:
    """Rows of a source added: values in brackets, or rows of JSON."""
    columns = ", ".join(f'"{name}"' for name in names)
    rows = f"VALUES {source}" if source.startswith("(") else f"SELECT {columns} FROM {source}"  # noqa: S608 - our names
    return f"INSERT INTO {table.name} ({columns}) {rows}"


def _source(table: Table, n: int) -> str:
    return f"jsonb_populate_recordset(NULL::{table.name}, %(rows_{n})s::jsonb)"


def _change(table: Table, columns: Iterable[str], n: int) -> str:
    keys = [column.name for column in table.primary_key]
    new = ", ".join(f'"{name}" = new_."{name}"' for name in columns if name not in keys)
    same = " AND ".join(f'{table.name}."{key}" = new_."{key}"' for key in keys)
    return f"UPDATE {table.name} SET {new} FROM {_source(table, n)} new_ WHERE {same}"  # noqa: S608 - our names


def _change_one(into: _Into, n: int) -> str:
    keys = {column.name for column in into.table.primary_key}
    said = {
        name: f'"{name}" = %({_name(n, 0, c)})s::{kind}'
        for c, (name, kind) in enumerate(_types(into))
    }
    new = ", ".join(value for name, value in said.items() if name not in keys)
    same = " AND ".join(value for name, value in said.items() if name in keys)
    return f"UPDATE {into.table.name} SET {new} WHERE {same}"  # noqa: S608 - our names


def _json(rows: Rows) -> str:
    plain = [
        {
            name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return msgspec.json.encode(plain).decode()

"""Temporary tables that hold what was read until it is written in sets.

They belong to the transaction and go with it. Rows are sent by COPY, a few thousand at a time.
"""

from collections.abc import Mapping
from typing import Any, Literal, cast

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from auction.imports.rows import Staged
from auction.imports.rules import TARGETS, Target, Type

BATCH = 5000

SQL_TYPES = {
    Type.TEXT: "text",
    Type.DAY: "date",
    Type.MOMENT: "timestamptz",
    Type.AMOUNT: "numeric(20,2)",
    Type.COUNT: "bigint",
    Type.QUANTITY: "numeric(20,3)",
}

_OTHERS = (
    "CREATE TEMP TABLE stage_said (file bigint, line bigint, refused boolean, msgid text,"
    " params jsonb) ON COMMIT DROP",
    "CREATE TEMP TABLE known_case (ref text PRIMARY KEY, id bigint, made boolean) ON COMMIT DROP",
    "CREATE TEMP TABLE known_lot (ref text PRIMARY KEY, id bigint, office_id bigint,"
    " case_id bigint, made boolean) ON COMMIT DROP",
    "CREATE TEMP TABLE known_asset (ref text PRIMARY KEY, id bigint, office_id bigint,"
    " made boolean) ON COMMIT DROP",
    "CREATE TEMP TABLE made_link (lot_id bigint, asset_id bigint) ON COMMIT DROP",
    "CREATE TEMP TABLE made_round (id bigint, lot_id bigint, number bigint) ON COMMIT DROP",
    "CREATE TEMP TABLE made_seizure (asset_id bigint, number text) ON COMMIT DROP",
    "CREATE TEMP TABLE made_evidence (asset_id bigint, day date) ON COMMIT DROP",
    "CREATE TEMP TABLE made_valuation (ref text) ON COMMIT DROP",
    "CREATE TEMP TABLE touched_asset (asset_id bigint PRIMARY KEY) ON COMMIT DROP",
)
"""What an import says of rows, and which of our records its names stand for.

``known_`` tables hold what was here before as well; ``made`` marks what this import wrote.
"""

_NAMES = (
    *(f"stage_{name}" for name in TARGETS),
    *(statement.split()[3] for statement in _OTHERS),
)

Driver = psycopg.Connection[Any]


class Staging:
    """The temporary tables of one import."""

    def __init__(self, session: Session) -> None:
        self.driver = cast("Driver", session.connection().connection.driver_connection)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TARGETS}
        self._drop()
        for name, target in TARGETS.items():
            self.driver.execute(_table(name, target))
        for statement in _OTHERS:
            self.driver.execute(cast("Literal['']", statement))

    def add(self, name: str, file: int, line: int, staged: Staged) -> None:
        """One record of a row; sent with others."""
        waiting = self._waiting[name]
        waiting.append((file, line, *staged))
        if len(waiting) >= BATCH:
            self._send(name)

    def finish(self) -> None:
        """Send the rest and let the planner know how much there is."""
        for name in self._waiting:
            self._send(name)
            self.driver.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(f"stage_{name}")))

    def run(self, statement: sql.Composed, params: Mapping[str, Any] | None = None) -> int:
        """A composed statement; answers how many rows it touched."""
        return self.driver.execute(statement, params).rowcount

    def analyze(self, *names: str) -> None:
        """Let the planner know how much some of the tables hold."""
        for name in names:
            self.driver.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))

    def clear(self) -> None:
        """Drop the tables before the transaction ends, so that it may import again."""
        self._drop()

    def _send(self, name: str) -> None:
        waiting = self._waiting[name]
        if not waiting:
            return
        statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"stage_{name}"))
        with self.driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in waiting:
                copy.write_row(row)
        waiting.clear()

    def _drop(self) -> None:
        names = sql.SQL(", ").join(sql.Identifier("pg_temp", name) for name in _NAMES)
        self.driver.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(names))


def _table(name: str, target: Target) -> sql.Composed:
    columns = [
        sql.SQL("{} {}").format(
            sql.Identifier(field), sql.SQL(cast("Literal['']", SQL_TYPES[said.kind]))
        )
        for field, said in target.fields.items()
    ]
    return sql.SQL(
        "CREATE TEMP TABLE {} (file bigint, line bigint, key text, {}) ON COMMIT DROP"
    ).format(sql.Identifier(f"stage_{name}"), sql.SQL(", ").join(columns))

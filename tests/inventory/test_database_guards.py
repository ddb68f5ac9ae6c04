"""What the database itself refuses, whatever the program asks: foreign rows, changed ledgers."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM, Actor
from service.database import Database, owner_engine
from tests.make.lone import lone_database

OURS, FOREIGN = 7, 8
"""The office (and every other id) of the rows here, and an office that must not see them."""

VALUES = {
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "numeric": "1",
    "text": "x",
    "boolean": True,
    "date": "2026-11-23",
    "timestamp with time zone": "2026-11-23T02:00:00Z",
    "jsonb": {},
    "bytea": "\\x00",
    "ARRAY": "{}",
}
SCOPED = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relrowsecurity ORDER BY 1"
)
APPEND_ONLY = text(
    "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
    " WHERE tgname = 'append_only' ORDER BY 1"
)
COLUMNS = text(
    "SELECT column_name, data_type FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name = :name AND is_generated = 'NEVER'"
)
CHECKS = text(
    "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(:t AS regclass)"
)


def columns_of(connection: Connection, table: str) -> dict[str, object]:
    """A value for each column; every id is the same number, so that all rows belong together."""
    rows = connection.execute(COLUMNS, {"name": table}).all()
    return {
        name: OURS if name == "id" or name.endswith("_id") else VALUES[kind] for name, kind in rows
    }


def insert(connection: Connection | Session, table: str, row: dict[str, object]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(
        text(
            f"INSERT INTO {table} ({names}) SELECT {names}"
            f" FROM jsonb_populate_record(NULL::{table}, CAST(:row AS jsonb))"
        ),
        {"row": json.dumps(row)},
    )


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database in which every scoped table and every ledger has one row of office 7."""
    with lone_database(tmp_path_factory.mktemp("guards")) as database:
        engine = owner_engine(database.settings)
        with engine.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            scoped = connection.execute(SCOPED).scalars().all()
            ledgers = connection.execute(APPEND_ONLY).scalars().all()
            for table in sorted({*scoped, *ledgers}):
                for check in connection.execute(CHECKS, {"t": table}).scalars().all():
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {check}"))
                connection.execute(text(f"DELETE FROM {table}"))
                insert(connection, table, columns_of(connection, table))
        engine.dispose()
        yield database


@pytest.fixture(scope="module")
def scoped(lone: Database) -> list[str]:
    with lone.transaction(SYSTEM) as session:
        return list(session.execute(SCOPED).scalars())


def of_office(*offices: int) -> Actor:
    return Actor(
        staff_id=1,
        name="Người thử",
        office_id=offices[0] if offices else FOREIGN,
        office_ids=frozenset(offices),
        permissions=frozenset(),
        channel="test",
    )


def seen(session: Session, table: str) -> int:
    return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def rows_changed(session: Session, change: TextClause) -> int:
    """How many rows a change reached; none where the right to it is missing."""
    try:
        return session.execute(change).rowcount
    except DBAPIError as error:
        session.rollback()
        if error.orig.sqlstate == "42501":
            return 0
        raise


def test_every_table_of_case_data_is_scoped(scoped: list[str]) -> None:
    assert {
        "enforcement_case",
        "place",
        "asset",
        "holding",
        "custody_entry",
        "seizure",
        "evidence_hold",
        "audit_entry",
        "lot",
        "auction_round",
        "valuation",
        "flag",
        "review",
    } <= set(scoped)


def test_rows_are_seen_by_their_office_and_by_nobody_else(
    lone: Database, scoped: list[str]
) -> None:
    for actor, expected in (
        (SYSTEM, 1),
        (of_office(OURS), 1),
        (of_office(FOREIGN, OURS), 1),
        (of_office(FOREIGN), 0),
        (of_office(), 0),
    ):
        with lone.transaction(actor) as session:
            assert {t: seen(session, t) for t in scoped} == dict.fromkeys(scoped, expected)


def test_a_connection_without_an_actor_sees_nothing(lone: Database, scoped: list[str]) -> None:
    with lone.engine.connect() as connection, Session(connection) as session:
        assert {t: seen(session, t) for t in scoped} == dict.fromkeys(scoped, 0)


def test_a_foreign_actor_changes_no_row(lone: Database, scoped: list[str]) -> None:
    for table in scoped:
        with lone.transaction(of_office(FOREIGN)) as session:
            name = session.execute(COLUMNS, {"name": table}).all()[0][0]
            change = text(f'UPDATE {table} SET "{name}" = "{name}"')
            assert rows_changed(session, change) == 0, table


REFUSED = ("row-level security", "permission denied")
"""By the policy of the office, or because only a function of the database writes the table."""


def test_a_foreign_actor_adds_no_row_to_an_office(lone: Database, scoped: list[str]) -> None:
    engine = owner_engine(lone.settings)
    with engine.begin() as connection:
        rows = {table: columns_of(connection, table) for table in scoped}
        for table in scoped:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    try:
        for table in scoped:
            with (
                pytest.raises(DBAPIError) as refused,
                lone.transaction(of_office(FOREIGN)) as session,
            ):
                insert(session, table, rows[table])
            assert refused.value.orig.sqlstate == "42501", table
            assert any(word in str(refused.value.orig) for word in REFUSED), table
    finally:
        with engine.begin() as connection:
            for table in scoped:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        engine.dispose()


def test_nobody_can_give_a_row_away_to_an_office_he_does_not_see(lone: Database) -> None:
    with pytest.raises(DBAPIError) as refused, lone.transaction(of_office(OURS)) as session:
        session.execute(text("UPDATE place SET office_id = :o"), {"o": FOREIGN})
    assert refused.value.orig.sqlstate == "42501"


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize(
    "act", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"]
)
def test_ledgers_refuse_to_be_changed(lone: Database, role: str, act: str) -> None:
    engine = lone.engine if role == "app" else owner_engine(lone.settings)
    with engine.connect() as connection:
        ledgers = connection.execute(APPEND_ONLY).scalars().all()
        assert {"audit_entry", "custody_entry"} <= set(ledgers)
        connection.rollback()
        for table in ledgers:
            connection.execute(text("SELECT kebien_act('', '{}', true, false)"))
            column = connection.execute(COLUMNS, {"name": table}).all()[0][0]
            with pytest.raises(DBAPIError) as refused:
                connection.execute(text(act.format(t=table, c=column)))
            assert refused.value.orig.sqlstate == "42501", table
            connection.rollback()
    if role == "owner":
        engine.dispose()


def test_the_program_s_role_owns_nothing_and_makes_no_tables(lone: Database) -> None:
    with lone.engine.connect() as connection:
        owned = "SELECT count(*) FROM pg_class WHERE relowner = 'kebien_app'::regrole"
        assert connection.execute(text(owned)).scalar_one() == 0
        power = (
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert connection.execute(text(power)).scalar_one() is False
        with pytest.raises(DBAPIError):
            connection.execute(text("CREATE TABLE of_mine (id int)"))


@pytest.mark.parametrize("table", ["office", "staff"])
def test_what_rows_refer_to_without_a_key_is_never_removed(lone: Database, table: str) -> None:
    engine = owner_engine(lone.settings)
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        if table == "staff":
            insert(connection, table, columns_of(connection, table))
        connection.execute(text("SET LOCAL session_replication_role = origin"))
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text(f"DELETE FROM {table}"))
        assert refused.value.orig.sqlstate == "42501"
    engine.dispose()

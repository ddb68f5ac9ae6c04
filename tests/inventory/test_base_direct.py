"""Statements on the driver's own link: values come through as they are, plans outlive a refusal."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from inventory.base.direct import Direct
from service.database import Database

VALUES: list[tuple[str, Any]] = [
    ("text", "Đất “ở” 100 % \\ '\" {a,b}"),
    ("bigint", -(2**62)),
    ("boolean", True),
    ("boolean", False),
    ("numeric", Decimal("123456789012345678.25")),
    ("date", date(2026, 11, 23)),
    ("timestamptz", datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)),
    ("bytea", b"\x00\\x\xff"),
    ("text[]", ["a,b", 'c"d', "e\\f", "", "NULL", None]),
    ("bigint[]", [1, None, -3]),
    ("date[]", [date(2026, 1, 2)]),
    ("text", None),
]
PLANS = Direct("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'direct_%%'")


def status_of(connection: Connection) -> TransactionStatus:
    driver: Any = connection.connection.driver_connection
    return TransactionStatus(driver.info.transaction_status)


@pytest.fixture
def connection(database: Database) -> Any:
    with database.engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(("kind", "value"), VALUES, ids=lambda value: str(value)[:20])
def test_a_value_comes_back_as_it_was_given(connection: Connection, kind: str, value: Any) -> None:
    echo = Direct(f"SELECT %(value)s::{kind}, '50 %%', %(value)s::{kind} IS NULL")
    assert echo.ask(connection, {"value": value}) == (value, "50 %", value is None)
    connection.rollback()
    again = echo.ask(connection, {"value": value})  # prepared: it begins the transaction itself
    assert again == (value, "50 %", value is None)
    assert status_of(connection) is TransactionStatus.INTRANS


def test_a_text_with_a_null_character_is_refused_and_not_cut_off(connection: Connection) -> None:
    echo = Direct("SELECT %(value)s::text")
    with pytest.raises(DBAPIError, match="NUL"):
        echo.ask(connection, {"value": "TS-1\0/else"})


def test_what_goes_wrong_is_told_as_sqlalchemy_tells_it(connection: Connection) -> None:
    with pytest.raises(DBAPIError, match="invalid input syntax") as refusal:
        Direct("SELECT %(value)s::bigint").ask(connection, {"value": "seven"})
    assert not refusal.value.connection_invalidated


def test_what_is_prepared_outlives_a_refusal(connection: Connection) -> None:
    (before,) = PLANS.ask(connection, {}) or (0,)
    for _n in range(7):  # as often as the driver waits before it prepares
        connection.execute(text("SELECT 1"))
    connection.rollback()
    assert (PLANS.ask(connection, {}) or (0,))[0] >= before
    connection.rollback()
    again = PLANS.ask(connection, {})
    assert again is not None
    assert again[0] >= max(before, 1)


def test_a_commit_that_the_database_cannot_make_is_told(database: Database) -> None:
    end = text("SELECT pg_terminate_backend(:pid)")
    with database.engine.connect() as connection, database.engine.connect() as other:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        other.execute(end, {"pid": pid})
        with pytest.raises(DBAPIError) as lost:
            connection.commit()
        assert lost.value.connection_invalidated


def test_a_commit_ends_the_transaction_and_a_second_one_is_no_fault(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
    connection.commit()
    assert status_of(connection) is TransactionStatus.IDLE
    connection.commit()

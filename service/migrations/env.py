"""Runs migrations in one transaction, one starter at a time, without waiting for locks for ever."""

from alembic import context
from sqlalchemy import text

from inventory.base.orm import Base
from service import wiring

LOCK = 7_301_001

wiring.load_models()
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    connection.execute(text("SET LOCAL lock_timeout = '30s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.run_migrations()

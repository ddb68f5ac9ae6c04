"""Runs migrations in one transaction, one starter at a time, without waiting for locks for ever."""

from importlib import import_module

from alembic import context
from sqlalchemy import text

from inventory.base.orm import Base

LOCK = 7_301_001
ROOMS = (
    "inventory.base",
    "inventory.organisation",
    "inventory.audit",
    "inventory.papers",
    "inventory.cases",
    "inventory.warehouses",
    "inventory.keepers",
    "inventory.orders",
    "inventory.custody",
    "inventory.assets",
    "inventory.seals",
    "inventory.specials",
    "inventory.outside",
    "inventory.titles",
    "inventory.seizures",
    "inventory.evidence",
    "inventory.labels",
    "inventory.stocktakes",
    "inventory.handovers",
    "inventory.disposals",
    "inventory.losses",
    "auction.legal_rules",
    "auction.deadlines",
    "auction.holds",
    "auction.claims",
    "auction.costs",
    "auction.firms",
    "auction.valuations",
    "auction.lots",
    "auction.auctioneers",
    "auction.notices",
    "auction.bidding",
    "auction.offers",
    "auction.reviews",
    "auction.sales",
    "auction.payouts",
    "auction.simulations",
    "auction.agenda",
    "auction.portfolios",
    "reports.documents",
    "service.auth",
)
"""Rooms with tables; all of them are needed to compare the schema with the models."""

if context.config.attributes.get("compare"):
    for room in ROOMS:
        import_module(f"{room}.models")
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transactional_ddl=True,
    include_name=lambda name, _kind, _parents: not str(name).startswith("procrastinate_"),
)
with context.begin_transaction():
    connection.execute(text("SET LOCAL lock_timeout = '30s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.run_migrations()

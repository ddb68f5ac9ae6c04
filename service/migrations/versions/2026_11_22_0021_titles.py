"""Owners, encumbrances, collateral; costs; offers between rounds

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("cost_item", "cost_repayment")
LEDGERS = ("cost_item", "cost_repayment")
CHANGED = ()
OF_OFFICE = ()


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_costs()
    for table in LEDGERS:
        op.execute(f"CALL kebien_append_only('{table}')")
    for table in TABLES:
        if table in OF_OFFICE:
            op.execute(f"CALL kebien_scope_by_office('{table}')")
        else:
            op.execute(f"CALL kebien_scope_by_asset('{table}', true)")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(TABLES)} TO kebien_app")
    for table in CHANGED:
        op.execute(f"GRANT UPDATE ON {table} TO kebien_app")
    op.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO kebien_reader")


def create_costs() -> None:
    op.create_table(
        "cost_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("bearer", sa.Text(), nullable=False),
        sa.Column("advanced_by", sa.Text(), nullable=True),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(asset_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_cost_item_subject")
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (amount > 0) AND amount <> 0", name=op.f("ck_cost_item_amount")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_cost_item_asset_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_cost_item_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_cost_item_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["cost_item.id"], name=op.f("fk_cost_item_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_item")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_cost_item_reverses_id")),
    )
    op.create_index("ix_cost_item_asset_id", "cost_item", ["asset_id"], unique=False)
    op.create_index("ix_cost_item_case_id", "cost_item", ["case_id"], unique=False)
    op.create_index("ix_cost_item_office_id", "cost_item", ["office_id"], unique=False)
    op.create_table(
        "cost_repayment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cost_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("repaid_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_cost_repayment_amount")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_cost_repayment_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["cost_id"], ["cost_item.id"], name=op.f("fk_cost_repayment_cost_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_cost_repayment_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_repayment")),
    )
    op.create_index("ix_cost_repayment_asset_id", "cost_repayment", ["asset_id"], unique=False)
    op.create_index("ix_cost_repayment_cost_id", "cost_repayment", ["cost_id"], unique=False)
    op.create_index("ix_cost_repayment_office_id", "cost_repayment", ["office_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)

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

TABLES = (
    "asset_title",
    "owner_share",
    "encumbrance",
    "collateral",
    "asset_region",
    "cost_item",
    "cost_repayment",
)
LEDGERS = ("asset_title", "owner_share", "asset_region", "cost_item", "cost_repayment")
CHANGED = ("encumbrance", "collateral")
OF_OFFICE = ()


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_titles()
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


def create_titles() -> None:
    op.create_table(
        "asset_title",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("indivisible", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_title_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_asset_title_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_title")),
        sa.UniqueConstraint("asset_id", "from_on", name=op.f("uq_asset_title_asset_id_from_on")),
    )
    op.create_index("ix_asset_title_office_id", "asset_title", ["office_id"], unique=False)
    op.create_table(
        "owner_share",
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("over", sa.BigInteger(), nullable=False),
        sa.Column("under", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("over > 0 AND over <= under", name=op.f("ck_owner_share_share")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_owner_share_asset_id")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["asset_title.id"], name=op.f("fk_owner_share_title_id")
        ),
        sa.PrimaryKeyConstraint("title_id", "position", name=op.f("pk_owner_share")),
    )
    op.create_index("ix_owner_share_asset_id", "owner_share", ["asset_id"], unique=False)
    op.create_table(
        "encumbrance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("not_before_on", sa.Date(), nullable=True),
        sa.Column("value", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("act_by_on", sa.Date(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_how", sa.Text(), nullable=True),
        sa.Column("end_note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_how IS NULL)", name=op.f("ck_encumbrance_ended")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_encumbrance_value")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_encumbrance_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_encumbrance_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encumbrance")),
    )
    op.create_index("ix_encumbrance_asset_id", "encumbrance", ["asset_id"], unique=False)
    op.create_index("ix_encumbrance_office_id", "encumbrance", ["office_id"], unique=False)
    op.create_table(
        "collateral",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("secured_amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("holder_is_creditor", sa.Boolean(), nullable=False),
        sa.Column("seized_for_other", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_document", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "NOT (holder_is_creditor AND seized_for_other)", name=op.f("ck_collateral_holder")
        ),
        sa.CheckConstraint("secured_amount > 0", name=op.f("ck_collateral_amount")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_collateral_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_collateral_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collateral")),
    )
    op.create_index(
        "ix_collateral_asset_id",
        "collateral",
        ["asset_id"],
        unique=False,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index("ix_collateral_office_id", "collateral", ["office_id"], unique=False)
    op.create_table(
        "asset_region",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_region_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_asset_region_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_region")),
    )
    op.create_index(
        "ix_asset_region_asset_id", "asset_region", ["asset_id", "from_on", "id"], unique=False
    )


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

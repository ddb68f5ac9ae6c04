"""Claims, sales and what follows them, payouts

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('claim');
CALL kebien_append_only('claim_entry');
CALL kebien_scope_by_office('claim');
CALL kebien_scope_by_office('claim_entry');
GRANT SELECT, INSERT, UPDATE ON claim TO kebien_app;
GRANT SELECT, INSERT ON claim_entry TO kebien_app;
GRANT SELECT ON claim, claim_entry TO kebien_reader;
"""
UNDO = r"""
"""
AFTER += r"""
CALL kebien_append_only('sale_entry');
CALL kebien_scope_by_office('sale');
CALL kebien_scope_by_office('sale_entry');
GRANT SELECT, INSERT, UPDATE ON sale TO kebien_app;
GRANT SELECT, INSERT ON sale_entry TO kebien_app;
GRANT SELECT ON sale, sale_entry TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_tables()
    op.execute(sa.text(AFTER.replace(":", "\\:")))


def downgrade() -> None:
    """Take them away again."""
    drop_tables()
    op.execute(sa.text(UNDO.replace(":", "\\:")))


def create_tables() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("pay_to", sa.Text(), nullable=True),
        sa.Column("judgment", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("joint_with", sa.Text(), nullable=True),
        sa.Column("precedence", sa.Text(), nullable=True),
        sa.Column("secured_on_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(precedence IS NULL) = (secured_on_id IS NULL)", name=op.f("ck_claim_secured")
        ),
        sa.CheckConstraint(
            "asked_on IS NOT NULL OR joint_with IS NOT NULL", name=op.f("ck_claim_asked")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_claim_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_claim_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["secured_on_id"], ["asset.id"], name=op.f("fk_claim_secured_on_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_case_id", "claim", ["case_id", "id"], unique=False)
    op.create_index("ix_claim_secured_on_id", "claim", ["secured_on_id"], unique=False)
    op.create_table(
        "claim_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("principal", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("interest", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_claim_entry_reversal")
        ),
        sa.CheckConstraint("principal <> 0 OR interest <> 0", name=op.f("ck_claim_entry_change")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_entry_claim_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_claim_entry_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["claim_entry.id"], name=op.f("fk_claim_entry_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_claim_entry_reverses_id")),
    )
    op.create_index("ix_claim_entry_case_id", "claim_entry", ["case_id"], unique=False)
    op.create_index("ix_claim_entry_claim_id", "claim_entry", ["claim_id", "id"], unique=False)
    op.create_table(
        "sale",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("buyer_identity", sa.Text(), nullable=True),
        sa.Column("buyer_address", sa.Text(), nullable=True),
        sa.Column("price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("delivery_due_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("defaulted_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("pending_since", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "defaulted_on IS NULL OR paid_on IS NULL", name=op.f("ck_sale_defaulted")
        ),
        sa.CheckConstraint(
            "delivered_on IS NULL OR paid_on IS NOT NULL", name=op.f("ck_sale_delivered")
        ),
        sa.CheckConstraint("price > 0", name=op.f("ck_sale_price")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_sale_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_sale_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["auction_round.id"], name=op.f("fk_sale_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("round_id", name=op.f("uq_sale_round_id")),
    )
    op.create_index("ix_sale_lot_id", "sale", ["lot_id"], unique=False)
    op.create_index(
        "ix_sale_undelivered",
        "sale",
        ["office_id", "sold_on", "id"],
        unique=False,
        postgresql_where=sa.text(
            "delivered_on IS NULL AND defaulted_on IS NULL AND cancelled_on IS NULL"
        ),
    )
    op.create_index(
        "uq_sale_open_lot",
        "sale",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("defaulted_on IS NULL AND cancelled_on IS NULL"),
    )
    op.create_table(
        "sale_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sale_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_sale_entry_reversal")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_sale_entry_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["sale_entry.id"], name=op.f("fk_sale_entry_reverses_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["legal_rule.id"], name=op.f("fk_sale_entry_rule_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_entry_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_sale_entry_reverses_id")),
    )
    op.create_index("ix_sale_entry_sale_id", "sale_entry", ["sale_id", "id"], unique=False)


def drop_tables() -> None:
    op.drop_index("ix_sale_entry_sale_id", table_name="sale_entry")
    op.drop_table("sale_entry")
    op.drop_index(
        "uq_sale_open_lot",
        table_name="sale",
        postgresql_where=sa.text("defaulted_on IS NULL AND cancelled_on IS NULL"),
    )
    op.drop_index(
        "ix_sale_undelivered",
        table_name="sale",
        postgresql_where=sa.text(
            "delivered_on IS NULL AND defaulted_on IS NULL AND cancelled_on IS NULL"
        ),
    )
    op.drop_index("ix_sale_lot_id", table_name="sale")
    op.drop_table("sale")
    op.drop_index("ix_claim_entry_claim_id", table_name="claim_entry")
    op.drop_index("ix_claim_entry_case_id", table_name="claim_entry")
    op.drop_table("claim_entry")
    op.drop_index("ix_claim_secured_on_id", table_name="claim")
    op.drop_index("ix_claim_case_id", table_name="claim")
    op.drop_table("claim")

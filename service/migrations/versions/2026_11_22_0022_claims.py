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


def drop_tables() -> None:
    op.drop_index("ix_claim_entry_claim_id", table_name="claim_entry")
    op.drop_index("ix_claim_entry_case_id", table_name="claim_entry")
    op.drop_table("claim_entry")
    op.drop_index("ix_claim_secured_on_id", table_name="claim")
    op.drop_index("ix_claim_case_id", table_name="claim")
    op.drop_table("claim")

"""Cases of missing things, write-offs, what a receiver found amiss

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

AFTER = """
CALL kebien_append_only('write_off');
CALL kebien_append_only('write_off_reversal');
CALL kebien_scope_by_office('missing_case');
CALL kebien_scope_by_office('write_off');
CALL kebien_scope_by_office('write_off_reversal');
GRANT SELECT, INSERT, UPDATE ON missing_case TO kebien_app;
GRANT SELECT, INSERT ON write_off, write_off_reversal TO kebien_app;
GRANT SELECT ON missing_case, write_off, write_off_reversal TO kebien_reader;
"""


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    """Make the tables of the room."""
    op.create_table(
        "missing_case",
        _id(),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by_name", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("searched_by_id", sa.BigInteger(), nullable=True),
        sa.Column("searched_by_name", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "searched_by_id <> opened_by_id", name=op.f("ck_missing_case_second_is_another")
        ),
        sa.CheckConstraint(
            "decided_by_id <> opened_by_id AND decided_by_id <> searched_by_id",
            name=op.f("ck_missing_case_approver_is_another"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_missing_case_asset_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_missing_case_office_id")
        ),
        *(
            sa.ForeignKeyConstraint([one], ["staff.id"], name=op.f(f"fk_missing_case_{one}"))
            for one in ("opened_by_id", "searched_by_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_case")),
    )
    op.create_index(
        "uq_missing_case_open",
        "missing_case",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_missing_case_office_id", "missing_case", ["office_id"])
    _write_offs()
    op.execute(AFTER)


def _write_offs() -> None:
    op.create_table(
        "write_off",
        _id(),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("liability", sa.Text(), nullable=False),
        sa.Column("liable", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("missed_by", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(liability = 'nobody') = (liable IS NULL)", name=op.f("ck_write_off_liable")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_write_off_amount")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_write_off_asset_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_write_off_office_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_write_off_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off")),
    )
    op.create_index("ix_write_off_asset_id", "write_off", ["asset_id"])
    op.create_index("ix_write_off_office_id", "write_off", ["office_id"])
    op.create_table(
        "write_off_reversal",
        _id(),
        sa.Column("write_off_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["write_off_id"], ["write_off.id"], name=op.f("fk_write_off_reversal_write_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_write_off_reversal_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_write_off_reversal_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off_reversal")),
        sa.UniqueConstraint("write_off_id", name=op.f("uq_write_off_reversal_write_off_id")),
    )
    op.create_index("ix_write_off_reversal_office_id", "write_off_reversal", ["office_id"])
    op.add_column(
        "transfer_line",
        sa.Column("reports", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.create_index(
        "ix_asset_special",
        "asset",
        ["office_id", "id"],
        postgresql_where=sa.text("kind IN ('cash', 'gold', 'securities', 'drugs')"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("transfer_line", "reports")
    op.drop_index("ix_asset_special", "asset")
    op.drop_table("write_off_reversal")
    op.drop_table("write_off")
    op.drop_table("missing_case")

"""Disposals: decision, council, steps, what became of each thing

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = r"""
CREATE SEQUENCE disposal_id_seq;
"""
AFTER = r"""
CALL kebien_append_only('disposal_step');
CALL kebien_append_only('disposal_member');
CALL kebien_scope_by_office('disposal');
CALL kebien_scope_by_office('disposal_line');
CALL kebien_scope_by_office('disposal_step');
CALL kebien_scope_by_office('disposal_member');

GRANT SELECT, INSERT, UPDATE ON disposal, disposal_line TO kebien_app;
GRANT SELECT, INSERT ON disposal_step, disposal_member TO kebien_app;
GRANT USAGE ON SEQUENCE disposal_id_seq TO kebien_app;
GRANT SELECT ON disposal, disposal_line, disposal_step, disposal_member TO kebien_reader;
"""
UNDO = r"""
DROP SEQUENCE disposal_id_seq;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    op.execute(sa.text(BEFORE))
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    drop_tables()
    op.execute(sa.text(UNDO))


def create_tables() -> None:
    op.create_table(
        "disposal",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("military", sa.Boolean(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=False),
        sa.Column("judgment", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(awaits IS NULL) = (closed_at IS NOT NULL)", name=op.f("ck_disposal_awaits")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_disposal_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_disposal_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("reference", name=op.f("uq_disposal_reference")),
    )
    op.create_index(
        "ix_disposal_open",
        "disposal",
        ["office_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "disposal_member",
        sa.Column("disposal_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("chairs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposal_id"], ["disposal.id"], name=op.f("fk_disposal_member_disposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_disposal_member_office_id")
        ),
        sa.PrimaryKeyConstraint("disposal_id", "position", name=op.f("pk_disposal_member")),
    )
    op.create_index("ix_disposal_member_office_id", "disposal_member", ["office_id"], unique=False)
    op.create_table(
        "disposal_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("disposal_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposal_id"], ["disposal.id"], name=op.f("fk_disposal_step_disposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_disposal_step_office_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_disposal_step_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_step")),
    )
    op.create_index("ix_disposal_step_disposal_id", "disposal_step", ["disposal_id"], unique=False)
    op.create_index(
        "uq_disposal_step_once",
        "disposal_step",
        ["disposal_id", "step"],
        unique=True,
        postgresql_where=sa.text("step NOT IN ('carried_out', 'refused')"),
    )
    op.create_table(
        "disposal_line",
        sa.Column("disposal_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(ending IS NULL) = (ended_at IS NULL)", name=op.f("ck_disposal_line_ended")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_disposal_line_asset_id")),
        sa.ForeignKeyConstraint(
            ["disposal_id"], ["disposal.id"], name=op.f("fk_disposal_line_disposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_disposal_line_office_id")
        ),
        sa.PrimaryKeyConstraint("disposal_id", "asset_id", name=op.f("pk_disposal_line")),
    )
    op.create_index("ix_disposal_line_asset_id", "disposal_line", ["asset_id"], unique=False)
    op.create_index(
        "uq_disposal_line_open",
        "disposal_line",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("ending IS NULL"),
    )


def drop_tables() -> None:
    op.drop_index(
        "uq_disposal_line_open",
        table_name="disposal_line",
        postgresql_where=sa.text("ending IS NULL"),
    )
    op.drop_index("ix_disposal_line_asset_id", table_name="disposal_line")
    op.drop_table("disposal_line")
    op.drop_index(
        "uq_disposal_step_once",
        table_name="disposal_step",
        postgresql_where=sa.text("step NOT IN ('carried_out', 'refused')"),
    )
    op.drop_index("ix_disposal_step_disposal_id", table_name="disposal_step")
    op.drop_table("disposal_step")
    op.drop_index("ix_disposal_member_office_id", table_name="disposal_member")
    op.drop_table("disposal_member")
    op.drop_index(
        "ix_disposal_open", table_name="disposal", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("disposal")

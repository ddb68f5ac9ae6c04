"""Bidders, deposits, bids, rulings

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('round_ruling');
CALL kebien_scope_by_office('round_ruling');
GRANT SELECT, INSERT ON round_ruling TO kebien_app;
GRANT SELECT ON round_ruling TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("round_ruling")


def create_tables() -> None:
    op.create_table(
        "round_ruling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("ruled_on", sa.Date(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "meaning IN ('failed', 'sold', 'neither')", name=op.f("ck_round_ruling_meaning")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_round_ruling_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_round_ruling_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_round_ruling_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["round_ruling.id"], name=op.f("fk_round_ruling_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_ruling")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_round_ruling_supersedes_id")),
    )
    op.create_index(
        "uq_round_ruling_first",
        "round_ruling",
        ["round_id"],
        unique=True,
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )
    op.create_index("ix_round_ruling_round_id_id", "round_ruling", ["round_id", "id"])
    op.create_index("ix_round_ruling_lot_id", "round_ruling", ["lot_id"])

"""Signed heads of the ledgers

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("notary_key", "notary_leaf", "notary_node", "notary_head")


def upgrade() -> None:
    """Make the tables of the room."""
    op.create_table(
        "notary_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_id", sa.Text(), nullable=True),
        sa.Column("endorsement", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("octet_length(public_key) = 32", name=op.f("ck_notary_key_public_key")),
        sa.ForeignKeyConstraint(
            ["before_id"], ["notary_key.id"], name=op.f("fk_notary_key_before_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notary_key")),
    )
    op.create_table(
        "notary_leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_notary_leaf")),
        sa.UniqueConstraint("kind", "subject_id", "seq", name=op.f("uq_notary_leaf_kind_subject_id_seq")),
    )
    op.create_table(
        "notary_node",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_notary_node")),
    )
    op.create_table(
        "notary_head",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_notary_head_size")),
        sa.CheckConstraint("number > 0", name=op.f("ck_notary_head_number")),
        sa.ForeignKeyConstraint(["key_id"], ["notary_key.id"], name=op.f("fk_notary_head_key_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notary_head")),
    )
    for table in TABLES:
        op.execute(f"CALL kebien_append_only('{table}')")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(TABLES)} TO kebien_app")
    op.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO kebien_reader")


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)

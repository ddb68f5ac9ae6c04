"""What was told or received, and limits of cases of several offices

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('occurrence');
-- What occurred with a delegated sale is seen by both of its offices.
ALTER TABLE occurrence ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_either ON occurrence USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR other_office_id = ANY ((SELECT kebien_offices())::bigint[]))
  WITH CHECK ((SELECT kebien_sees_all()) OR office_id = ANY ((SELECT kebien_offices())::bigint[]));
GRANT SELECT, INSERT ON occurrence TO kebien_app;
GRANT SELECT ON occurrence TO kebien_reader;
"""


def upgrade() -> None:
    """Make the table of the room."""
    op.create_table(
        "occurrence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("other_office_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("told", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "subject_kind IN ('case', 'asset', 'lot', 'delegation')",
            name=op.f("ck_occurrence_about"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_occurrence_amount")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_occurrence_office_id")),
        sa.ForeignKeyConstraint(
            ["other_office_id"], ["office.id"], name=op.f("fk_occurrence_other_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_occurrence_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
    )
    op.create_index(
        "uq_occurrence_day",
        "occurrence",
        ["subject_kind", "subject_id", "code", "on_day"],
        unique=True,
    )
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("occurrence")

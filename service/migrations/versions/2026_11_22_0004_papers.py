"""Papers: the number, the frozen data

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AFTER = """
CALL kebien_append_only('paper');
CALL kebien_append_only('paper_subject');
CALL kebien_scope_by_office('paper');
CALL kebien_scope_by_office('paper_subject');
GRANT SELECT, INSERT ON paper, paper_subject TO kebien_app;
GRANT USAGE ON SEQUENCE paper_id_seq TO kebien_app;
GRANT SELECT ON paper, paper_subject TO kebien_reader;
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE paper_id_seq")
    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("form_code", sa.Text(), nullable=True),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("letterhead", postgresql.JSONB(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("data_sha256", sa.Text(), nullable=False),
        sa.Column("amends_id", sa.BigInteger(), nullable=True),
        sa.Column("recalls_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("serial > 0", name=op.f("ck_paper_serial")),
        sa.CheckConstraint("data_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_paper_data_sha256")),
        sa.CheckConstraint(
            "num_nonnulls(amends_id, recalls_id, replaces_id) <= 1", name=op.f("ck_paper_relation")
        ),
        sa.ForeignKeyConstraint(["amends_id"], ["paper.id"], name=op.f("fk_paper_amends_id")),
        sa.ForeignKeyConstraint(["recalls_id"], ["paper.id"], name=op.f("fk_paper_recalls_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["paper.id"], name=op.f("fk_paper_replaces_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staff.id"], name=op.f("fk_paper_issued_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_paper_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint(
            "office_id", "kind", "year", "serial", name=op.f("uq_paper_office_id_kind_year_serial")
        ),
        sa.UniqueConstraint("recalls_id", name=op.f("uq_paper_recalls_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_paper_reference")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_paper_replaces_id")),
    )
    op.create_index("ix_paper_office_id_id", "paper", ["office_id", "id"])
    op.create_index("ix_paper_amends_id", "paper", ["amends_id"])
    op.create_table(
        "paper_subject",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_paper_subject_office_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_subject_paper_id")),
        sa.PrimaryKeyConstraint("kind", "ref", "paper_id", name=op.f("pk_paper_subject")),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("paper_subject")
    op.drop_table("paper")
    op.execute("DROP SEQUENCE paper_id_seq")

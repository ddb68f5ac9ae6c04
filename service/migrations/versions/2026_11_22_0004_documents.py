"""Issued documents

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
CALL kebien_append_only('issued_document');
CALL kebien_scope_by_office('issued_document');
GRANT SELECT, INSERT ON issued_document TO kebien_app;
GRANT USAGE ON SEQUENCE issued_document_id_seq TO kebien_app;
GRANT SELECT ON issued_document TO kebien_reader;
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE issued_document_id_seq")
    op.create_table(
        "issued_document",
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
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("serial > 0", name=op.f("ck_issued_document_serial")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_issued_document_sha256")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["staff.id"], name=op.f("fk_issued_document_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_issued_document_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint(
            "office_id",
            "kind",
            "year",
            "serial",
            name=op.f("uq_issued_document_office_id_kind_year_serial"),
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_issued_document_reference")),
    )
    op.create_index("ix_issued_document_office_id_id", "issued_document", ["office_id", "id"])
    op.create_index(
        "ix_issued_document_subject", "issued_document", ["subject_kind", "subject_ref", "id"]
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("issued_document")
    op.execute("DROP SEQUENCE issued_document_id_seq")

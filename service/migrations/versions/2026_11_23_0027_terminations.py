"""Decisions that terminate enforcement

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

AFTER = """
CALL kebien_append_only('case_termination');
CALL kebien_scope_by_office('case_termination');
GRANT SELECT, INSERT ON case_termination TO kebien_app;
GRANT SELECT ON case_termination TO kebien_reader;
"""


def upgrade() -> None:
    """Make the table of the room."""
    op.create_table(
        "case_termination",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("ground_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("claims", postgresql.ARRAY(sa.BIGINT()), server_default="{}", nullable=False),
        sa.Column("ended", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("decided_on >= ground_on", name=op.f("ck_case_termination_days")),
        sa.CheckConstraint("ended >= 0", name=op.f("ck_case_termination_ended")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_case_termination_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_case_termination_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_case_termination_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_case_termination_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_termination")),
        sa.UniqueConstraint(
            "office_id",
            "decision_number",
            name=op.f("uq_case_termination_office_id_decision_number"),
        ),
    )
    op.create_index(
        "uq_case_termination_whole",
        "case_termination",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("scope = 'whole'"),
    )
    op.create_index("ix_case_termination_case_id", "case_termination", ["case_id"])
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("case_termination")

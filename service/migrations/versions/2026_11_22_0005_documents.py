"""Printed papers, and the durable queue that prints them

Revision ID: 0005
Revises: 0004
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AFTER = """
CALL kebien_append_only('printed_paper');
CALL kebien_append_only('paper_template');
CALL kebien_append_only('template_source');
CALL kebien_scope_by_office('printed_paper');
CALL kebien_scope_by_office('paper_template');
GRANT SELECT, INSERT ON printed_paper, paper_template, template_source TO kebien_app;
GRANT SELECT ON printed_paper, paper_template, template_source TO kebien_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
  procrastinate_workers, procrastinate_periodic_defers TO kebien_app;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq,
  procrastinate_periodic_defers_id_seq TO kebien_app;
"""

WITHOUT_QUEUE = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
  procrastinate_workers CASCADE;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'public' AND starts_with(p.proname, 'procrastinate_') LOOP
    EXECUTE format('DROP FUNCTION %s', f);
  END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
"""


def upgrade() -> None:
    # the schema of procrastinate 3.10.0 as it is shipped; a later version brings its own steps
    queue = Path(__file__).with_name("2026_11_22_0005_queue.sql").read_text("utf-8")
    op.get_bind().connection.driver_connection.execute(queue)
    op.create_table(
        "template_source",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sources", postgresql.JSONB(), nullable=False),
        sa.Column(
            "kept_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_template_source")),
    )
    op.create_table(
        "paper_template",
        sa.Column("paper_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.CheckConstraint("version ~ '^[0-9a-f]{64}$'", name=op.f("ck_paper_template_version")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_paper_template_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_paper_template_paper_id")
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["template_source.version"], name=op.f("fk_paper_template_version")
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_template")),
    )
    op.create_table(
        "printed_paper",
        sa.Column("paper_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_printed_paper_sha256")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_printed_paper_office_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_printed_paper_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_printed_paper")),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("printed_paper")
    op.drop_table("paper_template")
    op.drop_table("template_source")
    op.get_bind().connection.driver_connection.execute(WITHOUT_QUEUE)

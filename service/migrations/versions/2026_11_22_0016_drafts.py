"""Drafts of rules entered by two people, and what a draft would have changed

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('rule_draft');
CALL kebien_append_only('rule_draft_closing');
CALL kebien_append_only('rule_simulation');
CALL kebien_append_only('rule_simulation_figure');
CALL kebien_append_only('rule_simulation_case');
CALL kebien_scope_by_office('rule_simulation_figure');
CALL kebien_scope_by_office('rule_simulation_case');

-- How many decisions of some days stand on a row of law, in whatever table a room keeps them: every table with
-- a rule_id answers, by the day of the decision, that of its round, or the moment it was recorded. Only the
-- number and the last day are told, so that who changes a rule learns of them whatever offices he sees.
CREATE FUNCTION kebien_rule_stood_on(wanted bigint, starts date, ends date)
RETURNS TABLE (decisions bigint, last_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found record; day text; n bigint; latest date; BEGIN
  decisions := 0;
  FOR found IN
    SELECT c.oid, c.oid::regclass AS tbl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'rule_id'
      AND a.attnum > 0 AND NOT a.attisdropped
  LOOP
    SELECT CASE
        WHEN a.attname = 'round_id' THEN
          '(SELECT coalesce(r.held_on, r.announced_on) FROM auction_round r WHERE r.id = x.round_id)'
        WHEN a.atttypid = 'date'::regtype THEN format('x.%I', a.attname)
        ELSE format('(x.%I AT TIME ZONE ''Asia/Ho_Chi_Minh'')::date', a.attname) END
      INTO day FROM pg_attribute a
      WHERE a.attrelid = found.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND (a.attname = 'round_id' OR a.atttypid IN ('date'::regtype, 'timestamptz'::regtype))
      ORDER BY array_position(ARRAY['decided_on', 'started_on', 'as_of', 'round_id']::name[], a.attname),
        a.atttypid <> 'date'::regtype, a.attnum LIMIT 1;
    CONTINUE WHEN day IS NULL;
    EXECUTE format('SELECT count(*), max(day_on) FROM (SELECT %s AS day_on FROM %s x WHERE x.rule_id = $1) s'
      ' WHERE day_on BETWEEN $2 AND $3', day, found.tbl)
      INTO n, latest USING wanted, starts, ends;
    decisions := decisions + n;
    last_on := greatest(last_on, latest);
  END LOOP;
  RETURN NEXT;
END $$;

GRANT SELECT, INSERT ON rule_draft, rule_draft_closing, rule_simulation, rule_simulation_figure,
  rule_simulation_case TO kebien_app;
GRANT SELECT ON rule_draft, rule_draft_closing, rule_simulation, rule_simulation_figure,
  rule_simulation_case TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_tables()
    op.add_column("rule_set", sa.Column("draft_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_rule_set_draft_id", "rule_set", "rule_draft", ["draft_id"], ["id"])
    op.create_unique_constraint("uq_rule_set_draft_id", "rule_set", ["draft_id"])
    op.execute(sa.text(AFTER.replace(":", "\\:")))


def downgrade() -> None:
    """Take them away again."""
    op.execute(sa.text("DROP FUNCTION kebien_rule_stood_on"))
    op.drop_column("rule_set", "draft_id")
    op.drop_table("rule_simulation_case")
    op.drop_table("rule_simulation_figure")
    op.drop_table("rule_simulation")
    op.drop_table("rule_draft_closing")
    op.drop_table("rule_draft")


def create_tables() -> None:
    op.create_table(
        "rule_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retroactive", sa.Boolean(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_rule_draft_validity")
        ),
        sa.CheckConstraint("confidence IN ('A', 'B', 'C')", name=op.f("ck_rule_draft_confidence")),
        sa.CheckConstraint(
            "direction IN ('after', 'before')", name=op.f("ck_rule_draft_direction")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["legal_rule.id"], name=op.f("fk_rule_draft_base_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["staff.id"], name=op.f("fk_rule_draft_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["key"], ["legal_parameter.key"], name=op.f("fk_rule_draft_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft")),
    )
    op.create_index("ix_rule_draft_key", "rule_draft", ["key", "id"])
    op.create_table(
        "rule_draft_closing",
        sa.Column("draft_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=False),
        sa.Column("closed_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["staff.id"], name=op.f("fk_rule_draft_closing_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["rule_draft.id"], name=op.f("fk_rule_draft_closing_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_rule_draft_closing")),
    )
    op.create_table(
        "rule_simulation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rule_set_id", sa.BigInteger(), nullable=False),
        sa.Column("whole_country", sa.Boolean(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ran_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_rule_simulation_period")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["rule_draft.id"], name=op.f("fk_rule_simulation_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["key"], ["legal_parameter.key"], name=op.f("fk_rule_simulation_key")
        ),
        sa.ForeignKeyConstraint(
            ["ran_by_id"], ["staff.id"], name=op.f("fk_rule_simulation_ran_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_set.id"], name=op.f("fk_rule_simulation_rule_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_simulation")),
    )
    op.create_index("ix_rule_simulation_draft_id", "rule_simulation", ["draft_id"])
    op.create_table(
        "rule_simulation_figure",
        sa.Column("simulation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["simulation_id"],
            ["rule_simulation.id"],
            name=op.f("fk_rule_simulation_figure_simulation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "simulation_id", "office_id", "change", name=op.f("pk_rule_simulation_figure")
        ),
    )
    op.create_table(
        "rule_simulation_case",
        sa.Column("simulation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["simulation_id"],
            ["rule_simulation.id"],
            name=op.f("fk_rule_simulation_case_simulation_id"),
        ),
        sa.PrimaryKeyConstraint("simulation_id", "position", name=op.f("pk_rule_simulation_case")),
    )

"""Legal rules, working calendars, deadlines

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AFTER = r"""
-- A rule row is what decisions stood on: only its retirement may be written, once.
CREATE FUNCTION kebien_keep_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.retired_set_id IS NOT NULL OR NEW.retired_set_id IS NULL
     OR to_jsonb(NEW) - 'retired_set_id' <> to_jsonb(OLD) - 'retired_set_id' THEN
    RAISE EXCEPTION 'a legal rule is never changed: retire it and add another'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_rule BEFORE UPDATE OR DELETE ON legal_rule
  FOR EACH ROW EXECUTE FUNCTION kebien_keep_rule();
CREATE TRIGGER keep_rule_truncate BEFORE TRUNCATE ON legal_rule
  FOR EACH STATEMENT EXECUTE FUNCTION kebien_refuse();
CALL kebien_append_only('rule_set');
CALL kebien_append_only('calendar_version');
CALL kebien_append_only('calendar_day');

-- What a limit is counted from never changes; once met or voided nothing does. The condition stands in
-- the trigger itself: a move of many rows does not pay for a call a row.
CREATE FUNCTION kebien_keep_deadline() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'a deadline is never changed, only met, voided, excused, or moved with a reason'
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER keep_deadline BEFORE UPDATE ON deadline FOR EACH ROW
  WHEN (OLD.met_on IS NOT NULL OR OLD.voided_on IS NOT NULL
    OR OLD.started_on <> NEW.started_on OR OLD.rule_key <> NEW.rule_key
    OR OLD.scope IS DISTINCT FROM NEW.scope OR OLD.subject_ref <> NEW.subject_ref
    OR OLD.subject_kind <> NEW.subject_kind OR OLD.set_at <> NEW.set_at)
  EXECUTE FUNCTION kebien_keep_deadline();
CREATE TRIGGER keep_deadline_kept BEFORE DELETE ON deadline
  FOR EACH ROW EXECUTE FUNCTION kebien_keep_deadline();
CREATE TRIGGER keep_deadline_truncate BEFORE TRUNCATE ON deadline
  FOR EACH STATEMENT EXECUTE FUNCTION kebien_refuse();
CALL kebien_scope_by_office('deadline');

GRANT SELECT, INSERT ON rule_set, legal_parameter, legal_rule, calendar_version, calendar_day,
  deadline TO kebien_app;
GRANT UPDATE (section, title_en, title_vi) ON legal_parameter TO kebien_app;
GRANT UPDATE (retired_set_id) ON legal_rule TO kebien_app;
GRANT UPDATE (met_on, met_at, met_by_id, voided_on, voided_why, excused_from, excused_until,
  excused_hold_id, excused_proof) ON deadline TO kebien_app;
GRANT SELECT ON rule_set, legal_parameter, legal_rule, calendar_version, calendar_day, deadline
  TO kebien_reader;
"""


def upgrade() -> None:
    create_tables()
    op.execute(sa.text(AFTER.replace(":", "\\:")))


def downgrade() -> None:
    drop_tables()
    op.execute(sa.text("DROP FUNCTION kebien_keep_rule, kebien_keep_deadline"))


def create_tables() -> None:
    op.create_table(
        "rule_set",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["loaded_by_id"], ["staff.id"], name=op.f("fk_rule_set_loaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
    )
    op.create_table(
        "legal_parameter",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_vi", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_legal_parameter")),
    )
    op.create_table(
        "legal_rule",
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
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("note_vi", sa.Text(), nullable=True),
        sa.Column("added_set_id", sa.BigInteger(), nullable=False),
        sa.Column("retired_set_id", sa.BigInteger(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("key"), "="),
            (sa.text("coalesce(scope, '')"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("retired_set_id IS NULL"),
            using="gist",
            name="ex_legal_rule_overlap",
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_legal_rule_validity")
        ),
        sa.CheckConstraint("confidence IN ('A', 'B', 'C')", name=op.f("ck_legal_rule_confidence")),
        sa.CheckConstraint(
            "direction IN ('after', 'before')", name=op.f("ck_legal_rule_direction")
        ),
        sa.ForeignKeyConstraint(
            ["added_set_id"], ["rule_set.id"], name=op.f("fk_legal_rule_added_set_id")
        ),
        sa.ForeignKeyConstraint(["key"], ["legal_parameter.key"], name=op.f("fk_legal_rule_key")),
        sa.ForeignKeyConstraint(
            ["retired_set_id"], ["rule_set.id"], name=op.f("fk_legal_rule_retired_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_rule")),
    )
    op.create_index("ix_legal_rule_key_valid_from", "legal_rule", ["key", "valid_from"])
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("first_year", sa.BigInteger(), nullable=False),
        sa.Column("last_year", sa.BigInteger(), nullable=False),
        sa.Column("announced_through", sa.BigInteger(), nullable=False),
        sa.Column("weekend", postgresql.JSONB(), nullable=False),
        sa.Column("added_set_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_set_id"], ["rule_set.id"], name=op.f("fk_calendar_version_added_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_version_digest")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("exchanged_for_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["calendar_version.id"], name=op.f("fk_calendar_day_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "day_on", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("skipped", postgresql.JSONB(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.BigInteger(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by_id", sa.BigInteger(), nullable=True),
        sa.Column("warn_on", sa.Date(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("still", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("agreed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("granted", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("voided_why", sa.Text(), nullable=True),
        sa.Column("excused_from", sa.Date(), nullable=True),
        sa.Column("excused_until", sa.Date(), nullable=True),
        sa.Column("excused_hold_id", sa.BigInteger(), nullable=True),
        sa.Column("excused_proof", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(voided_on IS NULL) = (voided_why IS NULL)", name=op.f("ck_deadline_voided")
        ),
        sa.CheckConstraint(
            "(excused_from IS NULL) = (excused_proof IS NULL)", name=op.f("ck_deadline_excused")
        ),
        sa.CheckConstraint("(met_on IS NULL) = (met_at IS NULL)", name=op.f("ck_deadline_met")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_deadline_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index(
        "uq_deadline_event",
        "deadline",
        [
            "subject_kind",
            "subject_ref",
            "rule_key",
            "scope",
            "started_on",
            sa.text("(office_id * (subject_kind = 'case')::integer)"),
        ],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_deadline_open",
        "deadline",
        ["office_id", "due_on", "id"],
        postgresql_where=sa.text("met_on IS NULL AND voided_on IS NULL"),
    )
    op.create_index("ix_deadline_asset_id", "deadline", ["asset_id"])
    op.create_index("ix_deadline_lot_id", "deadline", ["lot_id"])


def drop_tables() -> None:
    op.drop_table("deadline")
    op.drop_table("calendar_day")
    op.drop_table("calendar_version")
    op.drop_table("legal_rule")
    op.drop_table("legal_parameter")
    op.drop_table("rule_set")

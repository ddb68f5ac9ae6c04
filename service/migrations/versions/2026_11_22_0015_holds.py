"""Holds, pauses and excuses of deadlines

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('deadline_move');
-- What moved a limit is read by who reads the limit.
ALTER TABLE deadline_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON deadline_move FOR SELECT USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR EXISTS (SELECT FROM deadline d WHERE d.id = deadline_id));
CALL kebien_scope_by_asset('hold_asset', true);

-- A hold goes with its assets: the office they came to sees it and ends it.
ALTER TABLE hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON hold FOR SELECT USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR EXISTS (SELECT FROM hold_asset h JOIN asset a ON a.id = h.asset_id WHERE h.hold_id = hold.id));
CREATE POLICY changed ON hold FOR UPDATE USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR EXISTS (SELECT FROM hold_asset h JOIN asset a ON a.id = h.asset_id WHERE h.hold_id = hold.id));
CREATE POLICY added ON hold FOR INSERT WITH CHECK ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[]));

-- What stands still is seen and let go by who sees the hold.
ALTER TABLE standstill ENABLE ROW LEVEL SECURITY;
CREATE POLICY held ON standstill USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR EXISTS (SELECT FROM hold h WHERE h.id = hold_id));

-- A hold stays as it was opened and is ended once.
CREATE FUNCTION kebien_keep_hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'a hold is never changed, only ended, and once'
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER keep_hold BEFORE UPDATE ON hold FOR EACH ROW
  WHEN (OLD.ended_on IS NOT NULL OR OLD.started_on <> NEW.started_on OR OLD.kind <> NEW.kind)
  EXECUTE FUNCTION kebien_keep_hold();
CREATE TRIGGER keep_hold_kept BEFORE DELETE ON hold
  FOR EACH ROW EXECUTE FUNCTION kebien_keep_hold();

-- The only way a due date moves: with the row that says why, in the same statement, and only while
-- the limit is open and of an office in sight. An end in ``ends`` serves the ids that name it by
-- ``nth``.
CREATE FUNCTION kebien_move_deadlines(ids bigint[], nth int[], ends jsonb, said jsonb)
RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH new AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(ends) AS e(n int, due_on date, warn_on date, paused_on date,
      still jsonb, skipped jsonb, rule_id bigint, article text, confidence text, calendar_id bigint,
      agreed boolean, granted jsonb)),
  old AS MATERIALIZED (
    SELECT d.id, d.office_id, d.due_on, d.rule_id, d.article, d.calendar_id, t.n
    FROM unnest(ids, nth) AS t(id, n) JOIN deadline d ON d.id = t.id
    WHERE d.met_on IS NULL AND d.voided_on IS NULL AND kebien_sees(d.office_id)
    FOR UPDATE OF d),
  changed AS (
    UPDATE deadline d SET due_on = new.due_on, warn_on = new.warn_on, paused_on = new.paused_on,
      still = new.still, skipped = new.skipped, rule_id = new.rule_id, article = new.article,
      confidence = new.confidence, calendar_id = new.calendar_id, agreed = new.agreed,
      granted = new.granted
    FROM old JOIN new ON new.n = old.n WHERE d.id = old.id),
  moved AS (
    INSERT INTO deadline_move (deadline_id, office_id, why, old_due_on, new_due_on, old_rule_id,
      rule_id, old_calendar_id, calendar_id, moved_on, moved_at, moved_by_id, moved_by, hold_id,
      recount_id, document)
    SELECT old.id, old.office_id, said ->> 'why', old.due_on,
      CASE WHEN new.paused_on IS NULL THEN new.due_on END, old.rule_id, new.rule_id,
      old.calendar_id, new.calendar_id, (said ->> 'on')::date, (said ->> 'at')::timestamptz,
      (said ->> 'staff_id')::bigint, said ->> 'actor', (said ->> 'hold_id')::bigint,
      (said ->> 'recount_id')::bigint, said ->> 'document'
    FROM old JOIN new ON new.n = old.n
    WHERE said ->> 'hold_id' IS NOT NULL OR old.due_on <> new.due_on OR old.article <> new.article
    RETURNING 1)
  SELECT count(*) FROM moved
$$;

-- How many open limits begin on which day under which rule, office by office: figures for who keeps
-- the rules and sees no case.
CREATE FUNCTION kebien_open_limits() RETURNS TABLE (started_on date, rule_key text, scope text,
  still jsonb, office_id bigint, rule_id bigint, calendar_id bigint, due_on date, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT started_on, rule_key, scope, still, office_id, rule_id, calendar_id, due_on, count(*)
  FROM deadline
  WHERE met_on IS NULL AND voided_on IS NULL AND paused_on IS NULL AND NOT agreed
  GROUP BY started_on, rule_key, scope, still, office_id, rule_id, calendar_id, due_on
  ORDER BY started_on, rule_key
$$;
REVOKE ALL ON FUNCTION kebien_move_deadlines, kebien_open_limits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kebien_move_deadlines, kebien_open_limits TO kebien_app;

GRANT SELECT ON deadline_move TO kebien_app;
GRANT SELECT, INSERT ON standstill, hold, hold_asset, deadline_recount TO kebien_app;
GRANT UPDATE (to_on) ON standstill TO kebien_app;
GRANT UPDATE (ended_on, ended_at, ended_by_id, ended_by, end_reason, end_document, end_note)
  ON hold TO kebien_app;
GRANT UPDATE (seen, moved, last_id, finished_at) ON deadline_recount TO kebien_app;
GRANT SELECT ON deadline_move, standstill, hold, hold_asset, deadline_recount TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    create_tables()
    op.execute(sa.text(AFTER.replace(":", "\\:")))


def downgrade() -> None:
    """Take them away again."""
    op.execute(sa.text("DROP FUNCTION kebien_move_deadlines, kebien_open_limits"))
    op.execute(
        sa.text(
            "DROP POLICY held ON standstill; DROP POLICY seen ON hold; DROP POLICY changed ON hold"
        )
    )
    for table in ("hold_asset", "hold", "deadline_move", "deadline_recount", "standstill"):
        op.drop_table(table)
    op.execute(sa.text("DROP FUNCTION kebien_keep_hold"))


def create_tables() -> None:
    op.create_table(
        "standstill",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hold_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("spares", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
        sa.UniqueConstraint(
            "hold_id",
            "subject_kind",
            "subject_id",
            name=op.f("uq_standstill_hold_id_subject_kind_subject_id"),
        ),
    )
    op.create_index(
        "ix_standstill_open",
        "standstill",
        ["subject_kind", "subject_id"],
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "deadline_recount",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("moved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendar_version.id"],
            name=op.f("fk_deadline_recount_calendar_id"),
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["rule_set.id"], name=op.f("fk_deadline_recount_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by_id"], ["staff.id"], name=op.f("fk_deadline_recount_ordered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_recount")),
    )
    op.create_table(
        "deadline_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("deadline_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("old_rule_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("old_calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.BigInteger(), nullable=True),
        sa.Column("recount_id", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "why IN ('pause', 'resume', 'calendar', 'rule', 'extension')",
            name=op.f("ck_deadline_move_why"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_move")),
    )
    op.create_index("ix_deadline_move_deadline_id", "deadline_move", ["deadline_id"])
    op.create_index(
        "ix_deadline_move_recount_id",
        "deadline_move",
        ["recount_id", "id"],
        postgresql_where=sa.text("recount_id IS NOT NULL"),
    )
    create_holds()


def create_holds() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("ground_on", sa.Date(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("binding", sa.Boolean(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("longest_until", sa.Date(), nullable=True),
        sa.Column("stops", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("end_document", sa.Text(), nullable=True),
        sa.Column("end_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "longest_until IS NULL OR longest_until >= started_on", name=op.f("ck_hold_longest")
        ),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_at IS NULL) AND (ended_on IS NULL) = (end_reason IS NULL)",
            name=op.f("ck_hold_ended"),
        ),
        sa.CheckConstraint("ended_on >= started_on - 1", name=op.f("ck_hold_span")),
        sa.ForeignKeyConstraint(["rule_id"], ["legal_rule.id"], name=op.f("fk_hold_rule_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["staff.id"], name=op.f("fk_hold_opened_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_hold_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(
        "ix_hold_open",
        "hold",
        ["office_id", "id"],
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(
        "ix_hold_longest",
        "hold",
        ["longest_until"],
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index("ix_hold_subject", "hold", ["subject_kind", "subject_id"])
    op.create_table(
        "hold_asset",
        sa.Column("hold_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_hold_asset_asset_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_hold_asset_hold_id")),
        sa.PrimaryKeyConstraint("hold_id", "asset_id", name=op.f("pk_hold_asset")),
    )
    op.create_index("ix_hold_asset_asset_id", "hold_asset", ["asset_id"])

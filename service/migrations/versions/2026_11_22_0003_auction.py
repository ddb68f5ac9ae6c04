"""Valuations, lots, rounds, outcomes, flags, reviews

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = """
CREATE SEQUENCE lot_id_seq;

-- After a large import the planner must know how much there is; only an owner may analyze.
CREATE FUNCTION kebien_analyze(VARIADIC names text[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text; BEGIN
  FOREACH name IN ARRAY names LOOP EXECUTE format('ANALYZE public.%I', name); END LOOP;
END $$;

-- Whether an asset ever came to an office in sight from another, or went from it to another; asked once
-- a statement, so that an office to which none of it ever happened pays nothing for what follows.
CREATE FUNCTION kebien_received() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  RETURN EXISTS (SELECT FROM office_change WHERE to_office_id = ANY (kebien_offices()));
END $$;
CREATE FUNCTION kebien_gave() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  RETURN EXISTS (SELECT FROM office_change WHERE from_office_id = ANY (kebien_offices()));
END $$;

-- Whether one of the assets of a lot is in sight, whichever office formed it; whether a lot, or a round,
-- is of an office in sight. Functions, and asked last: the rows of an office's own never pay for them.
CREATE FUNCTION kebien_sees_lot(asked bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
COST 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  RETURN EXISTS (SELECT FROM lot_asset l JOIN asset a ON a.id = l.asset_id
    WHERE l.lot_id = asked AND a.office_id = ANY (kebien_offices()));
END $$;
CREATE FUNCTION kebien_own_lot(asked bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
COST 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  RETURN EXISTS (SELECT FROM lot WHERE id = asked AND office_id = ANY (kebien_offices()));
END $$;
CREATE FUNCTION kebien_own_round(asked bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
COST 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  RETURN EXISTS (SELECT FROM auction_round WHERE id = asked AND office_id = ANY (kebien_offices()));
END $$;

-- What an office did with a lot stays its own, and is read by who sees one of the lot's assets, also after
-- that went to another office; only the office itself writes there.
CREATE PROCEDURE kebien_scope_by_lot(tbl regclass, of_lot text) LANGUAGE plpgsql AS $$
DECLARE own text := '(SELECT kebien_sees_all()) OR office_id = ANY ((SELECT kebien_offices())::bigint[])';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY seen ON %s FOR SELECT USING (%s OR (SELECT kebien_received()) AND (%s))',
    tbl, own, of_lot);
  EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE USING (%s)', tbl, own);
  EXECUTE format('CREATE POLICY added ON %s FOR INSERT WITH CHECK (%s)', tbl, own);
END $$;
"""

AFTER = """
CALL kebien_append_only('round_outcome');
CALL kebien_append_only('price_reduction');
CALL kebien_append_only('breach');
CALL kebien_append_only('finding');

-- A flag is only ever answered: what it was raised on stays, and it is never taken away. An open one
-- goes with its asset to another office (kebien_bring_along, as its owner alone may).
CREATE FUNCTION kebien_keep_flag() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.closed_at IS NOT NULL
     OR to_jsonb(NEW) - 'closed_at' - 'closed_reason' - 'review_id' - 'office_id'
        <> to_jsonb(OLD) - 'closed_at' - 'closed_reason' - 'review_id' - 'office_id' THEN
    RAISE EXCEPTION 'a flag is never changed, only answered'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_flag BEFORE UPDATE OR DELETE ON flag
  FOR EACH ROW EXECUTE FUNCTION kebien_keep_flag();
CREATE TRIGGER keep_flag_truncate BEFORE TRUNCATE ON flag
  FOR EACH STATEMENT EXECUTE FUNCTION kebien_refuse();

-- A concluded review stays as it was concluded, and so do its findings.
CREATE FUNCTION kebien_keep_review() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.concluded_at IS NOT NULL OR NEW.asset_id <> OLD.asset_id
     OR NEW.opened_at <> OLD.opened_at THEN
    RAISE EXCEPTION 'a review is never changed once it is concluded'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_review BEFORE UPDATE OR DELETE ON review
  FOR EACH ROW EXECUTE FUNCTION kebien_keep_review();
CREATE TRIGGER keep_review_truncate BEFORE TRUNCATE ON review
  FOR EACH STATEMENT EXECUTE FUNCTION kebien_refuse();
CREATE FUNCTION kebien_review_is_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM FROM review WHERE id = NEW.review_id AND concluded_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a concluded review takes no more findings'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_is_open BEFORE INSERT ON finding
  FOR EACH ROW EXECUTE FUNCTION kebien_review_is_open();

-- A limit is read by who sees its asset or an asset of its lot too.
DROP POLICY office ON deadline;
CALL kebien_scope_by_lot('deadline', 'CASE WHEN asset_id IS NULL THEN kebien_sees_lot(lot_id)'
  ' ELSE EXISTS (SELECT FROM asset a WHERE a.id = asset_id) END');
CALL kebien_scope_by_lot('lot', 'kebien_sees_lot(id)');
CALL kebien_scope_by_lot('auction_round', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_lot('round_outcome', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_lot('price_reduction', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_lot('breach', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_office('failure_run');
CALL kebien_scope_by_asset('flag', true);
CALL kebien_scope_by_asset('review', true);

-- What a review found is read by who reads the review.
ALTER TABLE finding ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON finding FOR SELECT USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR EXISTS (SELECT FROM review r WHERE r.id = review_id));
CREATE POLICY added ON finding FOR INSERT WITH CHECK ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[]));

-- A value is of an asset, with which it goes, or of a lot.
ALTER TABLE valuation ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON valuation FOR SELECT USING ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR (SELECT kebien_received()) AND CASE WHEN asset_id IS NULL THEN kebien_sees_lot(lot_id)
     ELSE EXISTS (SELECT FROM asset a WHERE a.id = asset_id) END);
CREATE POLICY changed ON valuation FOR UPDATE USING ((SELECT kebien_sees_all())
  OR CASE WHEN asset_id IS NULL THEN office_id = ANY ((SELECT kebien_offices())::bigint[])
     ELSE EXISTS (SELECT FROM asset a WHERE a.id = asset_id) END);
CREATE POLICY added ON valuation FOR INSERT WITH CHECK ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
     AND (asset_id IS NULL OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id)));

-- Of the lot of another office only the line of an asset in sight is read; of an own lot every line, also
-- of an asset that has left since, and what its rounds meant for it.
CALL kebien_scope_by_asset('lot_asset', false);
ALTER POLICY seen ON lot_asset USING ((SELECT kebien_sees_all())
  OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id)
  OR (SELECT kebien_gave()) AND kebien_own_lot(lot_id));
CALL kebien_scope_by_asset('asset_round', false);
ALTER POLICY seen ON asset_round USING ((SELECT kebien_sees_all())
  OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id)
  OR (SELECT kebien_gave()) AND kebien_own_round(round_id));

GRANT SELECT, INSERT ON round_outcome, price_reduction, breach, finding, lot_asset, sweep_run TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON lot, auction_round, valuation, failure_run, review, job_failure TO kebien_app;
GRANT SELECT, INSERT ON flag TO kebien_app;
GRANT UPDATE (closed_at, closed_reason, review_id) ON flag TO kebien_app;
-- A round recorded late puts an asset's held rounds into another order: its rows are written again.
GRANT SELECT, INSERT, UPDATE, DELETE ON asset_round TO kebien_app;
CREATE POLICY rebuilt ON asset_round FOR DELETE USING ((SELECT kebien_sees_all())
  OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id));
GRANT USAGE ON SEQUENCE lot_id_seq TO kebien_app;
GRANT SELECT ON lot, lot_asset, auction_round, round_outcome, price_reduction, breach, valuation,
  asset_round, failure_run, flag, review, finding, sweep_run, job_failure TO kebien_reader;
"""

UNDO = """
DROP POLICY seen ON deadline;
DROP POLICY changed ON deadline;
DROP POLICY added ON deadline;
CALL kebien_scope_by_office('deadline');
DROP SEQUENCE IF EXISTS lot_id_seq;
DROP FUNCTION kebien_analyze, kebien_keep_flag, kebien_keep_review, kebien_review_is_open,
  kebien_sees_lot, kebien_own_lot, kebien_own_round, kebien_received, kebien_gave;
DROP PROCEDURE kebien_scope_by_lot;
"""


def upgrade() -> None:
    before()
    create_tables()
    after()


def downgrade() -> None:
    drop_tables()
    undo()


def create_tables() -> None:
    op.create_table(
        "job_failure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_failure")),
    )
    op.create_index(
        "uq_job_failure_open",
        "job_failure",
        ["job_id", "key"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "sweep_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_run")),
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), server_default="VND", nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("awaits_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(awaits IS NULL) = (awaits_on IS NULL)", name=op.f("ck_lot_awaits")),
        sa.ForeignKeyConstraint(["case_id"], ["enforcement_case.id"], name=op.f("fk_lot_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_lot_office_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_lot_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("reference", name=op.f("uq_lot_reference")),
    )
    op.create_index("ix_lot_office_id_id", "lot", ["office_id", "id"], unique=False)
    op.create_index("ix_lot_case_id", "lot", ["case_id"], unique=False)
    op.create_index(
        "ix_lot_awaits",
        "lot",
        ["office_id", "awaits", "awaits_on", "id"],
        unique=False,
        postgresql_where=sa.text("awaits IS NOT NULL"),
    )
    op.create_index(
        "ix_lot_source",
        "lot",
        ["source", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.create_table(
        "auction_round",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("starting_price", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("deposit", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("bid_step", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("dossier_fee", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("dossier_fee >= 0", name=op.f("ck_auction_round_dossier_fee")),
        sa.CheckConstraint("number > 0", name=op.f("ck_auction_round_number")),
        sa.CheckConstraint("starting_price >= 0", name=op.f("ck_auction_round_starting_price")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_auction_round_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_auction_round_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_round")),
        sa.UniqueConstraint("lot_id", "number", name=op.f("uq_auction_round_lot_id_number")),
    )
    op.create_index(
        "ix_auction_round_office_id_held_on",
        "auction_round",
        ["office_id", "held_on", "id"],
        unique=False,
    )
    op.create_index("ix_auction_round_held_on_id", "auction_round", ["held_on", "id"], unique=False)
    op.create_table(
        "failure_run",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("held_rounds", sa.BigInteger(), nullable=False),
        sa.Column("failed_in_a_row", sa.BigInteger(), nullable=False),
        sa.Column("run_number", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("last_held_on", sa.Date(), nullable=False),
        sa.Column("flag_at", sa.SmallInteger(), nullable=False),
        sa.Column("first_round_id", sa.BigInteger(), nullable=True),
        sa.Column("last_round_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_failure_run_asset_id")),
        sa.PrimaryKeyConstraint(
            "asset_id",
            name=op.f("pk_failure_run"),
            postgresql_include=["office_id", "held_rounds", "failed_in_a_row"],
        ),
    )
    op.create_index(
        "ix_failure_run_due",
        "failure_run",
        ["asset_id"],
        unique=False,
        postgresql_where=sa.text("failed_in_a_row >= flag_at"),
    )
    op.create_index("ix_failure_run_last_held_on", "failure_run", ["last_held_on"], unique=False)
    op.create_table(
        "lot_asset",
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_lot_asset_asset_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_asset_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", "asset_id", name=op.f("pk_lot_asset")),
    )
    op.create_index("ix_lot_asset_asset_id", "lot_asset", ["asset_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("inspector_id", sa.BigInteger(), nullable=True),
        sa.Column("inspector_name", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("conclusion_text", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_review_asset_id")),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["staff.id"], name=op.f("fk_review_inspector_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_office_id_id", "review", ["office_id", "id"], unique=False)
    op.create_index(
        "uq_review_open",
        "review",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("concluded_at IS NULL"),
    )
    op.create_table(
        "valuation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), server_default="VND", nullable=False),
        sa.Column("firm", sa.Text(), nullable=True),
        sa.Column("certificate_number", sa.Text(), nullable=True),
        sa.Column("valued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(asset_id IS NULL) <> (lot_id IS NULL)", name=op.f("ck_valuation_subject")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_valuation_amount")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valued_on", name=op.f("ck_valuation_validity")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_valuation_asset_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_valuation_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_valuation_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_valuation")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_valuation_source_source_ref")),
    )
    op.create_index("ix_valuation_asset_id", "valuation", ["asset_id"], unique=False)
    op.create_index("ix_valuation_lot_id", "valuation", ["lot_id"], unique=False)
    op.create_table(
        "asset_round",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("result IN ('sold', 'failed')", name=op.f("ck_asset_round_result")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_round_asset_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_asset_round_round_id")
        ),
        sa.PrimaryKeyConstraint(
            "asset_id", "seq", name=op.f("pk_asset_round"), postgresql_include=["result"]
        ),
    )
    op.create_index("ix_asset_round_round_id", "asset_round", ["round_id"], unique=False)
    op.create_table(
        "breach",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_breach_lot_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_breach_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("rule_key", "round_id", name=op.f("uq_breach_rule_key_round_id")),
    )
    op.create_index("ix_breach_lot_id", "breach", ["lot_id"], unique=False)
    op.create_index("ix_breach_office_id_id", "breach", ["office_id", "id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_finding_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_finding_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_review_id", "finding", ["review_id"], unique=False)
    op.create_table(
        "flag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("run_number", sa.BigInteger(), nullable=False),
        sa.Column("failed_in_a_row", sa.BigInteger(), nullable=False),
        sa.Column("first_round_id", sa.BigInteger(), nullable=False),
        sa.Column("last_round_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("review_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_flag_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint(
            "asset_id",
            "rule_key",
            "tier",
            "run_number",
            name=op.f("uq_flag_asset_id_rule_key_tier_run_number"),
        ),
    )
    op.create_index(
        "ix_flag_office_open",
        "flag",
        ["office_id", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_flag_worst",
        "flag",
        ["failed_in_a_row", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "price_reduction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("old_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("new_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("percent", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "new_price <= old_price AND new_price >= 0", name=op.f("ck_price_reduction_falls")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_price_reduction_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_price_reduction_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_price_reduction_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_price_reduction_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_reduction")),
        sa.UniqueConstraint(
            "office_id",
            "decision_number",
            "decided_on",
            name=op.f("uq_price_reduction_office_id_decision_number_decided_on"),
        ),
        sa.UniqueConstraint("round_id", name=op.f("uq_price_reduction_round_id")),
    )
    op.create_index("ix_price_reduction_lot_id", "price_reduction", ["lot_id"], unique=False)
    op.create_table(
        "round_outcome",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("sale_price", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("buyer_name", sa.Text(), nullable=True),
        sa.Column("registered", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("auctioneer", sa.Text(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("complaint", sa.Text(), nullable=True),
        sa.Column("winner_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source_code", sa.Text(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "sale_price IS NULL OR code IN ('sold', 'defaulted')",
            name=op.f("ck_round_outcome_sale_price"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_round_outcome_lot_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_round_outcome_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_outcome")),
    )


def drop_tables() -> None:
    op.drop_table("round_outcome")
    op.drop_index("ix_price_reduction_lot_id", table_name="price_reduction")
    op.drop_table("price_reduction")
    op.drop_index("ix_flag_worst", table_name="flag", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index(
        "ix_flag_office_open", table_name="flag", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("flag")
    op.drop_index("ix_finding_review_id", table_name="finding")
    op.drop_table("finding")
    op.drop_index("ix_breach_office_id_id", table_name="breach")
    op.drop_index("ix_breach_lot_id", table_name="breach")
    op.drop_table("breach")
    op.drop_index("ix_asset_round_round_id", table_name="asset_round")
    op.drop_table("asset_round")
    op.drop_index("ix_valuation_lot_id", table_name="valuation")
    op.drop_index("ix_valuation_asset_id", table_name="valuation")
    op.drop_table("valuation")
    op.drop_index(
        "uq_review_open", table_name="review", postgresql_where=sa.text("concluded_at IS NULL")
    )
    op.drop_index("ix_review_office_id_id", table_name="review")
    op.drop_table("review")
    op.drop_index("ix_lot_asset_asset_id", table_name="lot_asset")
    op.drop_table("lot_asset")
    op.drop_index("ix_failure_run_last_held_on", table_name="failure_run")
    op.drop_index(
        "ix_failure_run_due",
        table_name="failure_run",
        postgresql_where=sa.text("failed_in_a_row >= flag_at"),
    )
    op.drop_table("failure_run")
    op.drop_index("ix_auction_round_held_on_id", table_name="auction_round")
    op.drop_index("ix_auction_round_office_id_held_on", table_name="auction_round")
    op.drop_table("auction_round")
    op.drop_index("ix_lot_source", table_name="lot", postgresql_where=sa.text("source IS NOT NULL"))
    op.drop_index(
        "ix_lot_awaits", table_name="lot", postgresql_where=sa.text("awaits IS NOT NULL")
    )
    op.drop_index("ix_lot_case_id", table_name="lot")
    op.drop_index("ix_lot_office_id_id", table_name="lot")
    op.drop_table("lot")
    op.drop_table("sweep_run")
    op.drop_index(
        "uq_job_failure_open",
        table_name="job_failure",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_table("job_failure")


def before() -> None:
    op.execute(sa.text(BEFORE))


def after() -> None:
    op.execute(sa.text(AFTER))


def undo() -> None:
    op.execute(sa.text(UNDO))

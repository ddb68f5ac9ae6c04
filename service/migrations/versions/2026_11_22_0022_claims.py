"""Claims, sales and what follows them, payouts

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

AFTER = r"""
-- A claim stays as written; only the day of asking is filled in, once.
CREATE FUNCTION kebien_claim_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' AND OLD.asked_on IS NULL
    AND to_jsonb(NEW) - 'asked_on' = to_jsonb(OLD) - 'asked_on' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table claim is append-only, but for the day of asking: % refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER claim_kept BEFORE UPDATE OR DELETE ON claim
  FOR EACH ROW EXECUTE FUNCTION kebien_claim_kept();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON claim
  FOR EACH STATEMENT EXECUTE FUNCTION kebien_refuse();
CALL kebien_append_only('claim_entry');
CALL kebien_scope_by_office('claim');
CALL kebien_scope_by_office('claim_entry');
GRANT SELECT, INSERT, UPDATE ON claim TO kebien_app;
GRANT SELECT, INSERT ON claim_entry TO kebien_app;
GRANT SELECT ON claim, claim_entry TO kebien_reader;

CALL kebien_append_only('sale_entry');
CALL kebien_scope_by_office('sale');
CALL kebien_scope_by_office('sale_entry');
GRANT SELECT, INSERT, UPDATE ON sale TO kebien_app;
GRANT SELECT, INSERT ON sale_entry TO kebien_app;
GRANT SELECT ON sale, sale_entry TO kebien_reader;

-- The lines of a payout sum to its money, always; an approved payout does not change.
CREATE FUNCTION kebien_payout_sums(of_payout bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p.gross = (SELECT coalesce(sum(l.amount), 0) FROM payout_line AS l WHERE l.payout_id = p.id)
  FROM payout AS p WHERE p.id = of_payout $$;
-- What is divided is what the ledger of the sale holds, when it is approved.
CREATE FUNCTION kebien_payout_money(of_payout bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p.gross = (SELECT coalesce(sum(e.amount), 0) FROM sale_entry AS e
    LEFT JOIN sale_entry AS u ON u.id = e.reverses_id
    WHERE e.sale_id = p.sale_id AND (coalesce(u.kind, e.kind) IN ('deposit', 'receipt', 'set_off')
      OR (coalesce(u.kind, e.kind) = 'interest' AND coalesce(u.owner, e.owner) = 'debt')))
  FROM payout AS p WHERE p.id = of_payout $$;
CREATE FUNCTION kebien_payout_agrees() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT kebien_payout_sums(NEW.id) THEN
    RAISE EXCEPTION 'the lines of payout % do not sum to its money', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_agrees';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payout_agrees AFTER INSERT OR UPDATE ON payout
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kebien_payout_agrees();
CREATE FUNCTION kebien_payout_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (NEW.sale_id, NEW.office_id, NEW.version, NEW.on_day, NEW.gross, NEW.net, NEW.left_for_debtor,
      NEW.proposed_at) IS DISTINCT FROM (OLD.sale_id, OLD.office_id, OLD.version, OLD.on_day,
      OLD.gross, OLD.net, OLD.left_for_debtor, OLD.proposed_at)
    OR (OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at)
    OR (OLD.withdrawn_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at) THEN
    RAISE EXCEPTION 'payout % is frozen', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_frozen';
  END IF;
  IF NEW.approved_at IS NOT NULL AND OLD.approved_at IS NULL
    AND NOT (kebien_payout_sums(NEW.id) AND kebien_payout_money(NEW.id)) THEN
    RAISE EXCEPTION 'the lines of payout % do not sum to its money', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_agrees';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_frozen BEFORE UPDATE ON payout
  FOR EACH ROW EXECUTE FUNCTION kebien_payout_frozen();
CREATE FUNCTION kebien_payout_line_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM payout WHERE id = NEW.payout_id AND approved_at IS NOT NULL) THEN
    RAISE EXCEPTION 'payout % is frozen', NEW.payout_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_frozen';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_line_open BEFORE INSERT ON payout_line
  FOR EACH ROW EXECUTE FUNCTION kebien_payout_line_open();
-- A voucher bears the amount of its line, a reversal the same less; only what is approved is paid,
-- and what was set off against the price is paid as set off and nothing else is.
CREATE FUNCTION kebien_voucher_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owed numeric; set_off boolean; approved timestamptz; BEGIN
  SELECT l.amount, l.set_off, p.approved_at INTO owed, set_off, approved FROM payout_line AS l
    JOIN payout AS p ON p.id = l.payout_id WHERE l.id = NEW.line_id;
  IF approved IS NULL OR set_off <> (NEW.way = 'set_off')
    OR NEW.amount <> (CASE WHEN NEW.reverses_id IS NULL THEN owed ELSE -owed END) THEN
    RAISE EXCEPTION 'voucher % does not fit its line', NEW.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_fits';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER voucher_fits BEFORE INSERT ON voucher
  FOR EACH ROW EXECUTE FUNCTION kebien_voucher_fits();
-- What is fetched or paid in is all that is kept, and nothing that is not there.
CREATE FUNCTION kebien_share_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept numeric; BEGIN
  IF NEW.kind NOT IN ('fetched', 'remitted', 'withdrawn') THEN
    RETURN NEW;
  END IF;
  SELECT coalesce(sum(CASE WHEN kind IN ('deposited', 'interest', 'refunded') THEN amount
    WHEN kind IN ('fetched', 'remitted', 'withdrawn') THEN -amount ELSE 0 END), 0) INTO kept
    FROM share_entry WHERE line_id = NEW.line_id;
  IF NEW.amount IS NULL OR NEW.amount <= 0 OR NEW.amount <> kept THEN
    RAISE EXCEPTION 'of line % there is kept %', NEW.line_id, kept
      USING ERRCODE = 'check_violation', CONSTRAINT = 'share_fits';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER share_fits BEFORE INSERT ON share_entry
  FOR EACH ROW EXECUTE FUNCTION kebien_share_fits();
CALL kebien_append_only('share_entry');
CALL kebien_scope_by_office('share_entry');
CALL kebien_append_only('payout_line');
CALL kebien_append_only('voucher');
CALL kebien_scope_by_office('payout');
CALL kebien_scope_by_office('payout_line');
CALL kebien_scope_by_office('voucher');
GRANT SELECT, INSERT, UPDATE ON payout TO kebien_app;
GRANT SELECT, INSERT ON payout_line, voucher, share_entry TO kebien_app;
GRANT SELECT ON payout, payout_line, voucher, share_entry TO kebien_reader;
"""
UNDO = r"""
DROP FUNCTION kebien_payout_sums, kebien_payout_money, kebien_payout_agrees, kebien_payout_frozen,
  kebien_payout_line_open, kebien_voucher_fits, kebien_share_fits, kebien_claim_kept;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_tables()
    op.execute(sa.text(AFTER.replace(":", "\\:")))


def downgrade() -> None:
    """Take them away again."""
    drop_tables()
    op.execute(sa.text(UNDO.replace(":", "\\:")))


def create_tables() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("pay_to", sa.Text(), nullable=True),
        sa.Column("judgment", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("joint_with", sa.Text(), nullable=True),
        sa.Column("precedence", sa.Text(), nullable=True),
        sa.Column("secured_on_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(precedence IS NULL) = (secured_on_id IS NULL)", name=op.f("ck_claim_secured")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_claim_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_claim_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["secured_on_id"], ["asset.id"], name=op.f("fk_claim_secured_on_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_case_id", "claim", ["case_id", "id"], unique=False)
    op.create_index("ix_claim_secured_on_id", "claim", ["secured_on_id"], unique=False)
    op.create_table(
        "claim_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("principal", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("interest", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("part_of", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_claim_entry_reversal")
        ),
        sa.CheckConstraint("principal <> 0 OR interest <> 0", name=op.f("ck_claim_entry_change")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_entry_claim_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_claim_entry_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["claim_entry.id"], name=op.f("fk_claim_entry_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_claim_entry_reverses_id")),
    )
    op.create_index("ix_claim_entry_case_id", "claim_entry", ["case_id"], unique=False)
    op.create_index(
        "ix_claim_entry_paid",
        "claim_entry",
        ["office_id", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'paid'"),
    )
    op.create_index("ix_claim_entry_claim_id", "claim_entry", ["claim_id", "id"], unique=False)
    op.create_table(
        "sale",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("bidder_id", sa.BigInteger(), nullable=True),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("buyer_identity", sa.Text(), nullable=True),
        sa.Column("buyer_address", sa.Text(), nullable=True),
        sa.Column("price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("others_document", sa.Text(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("announcement", sa.Text(), nullable=True),
        sa.Column("procuracy_told_on", sa.Date(), nullable=True),
        sa.Column("procuracy_notice", sa.Text(), nullable=True),
        sa.Column("draw", postgresql.JSONB(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("delivery_due_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("default_proposed_on", sa.Date(), nullable=True),
        sa.Column("defaulted_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("pending_since", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "defaulted_on IS NULL OR paid_on IS NULL", name=op.f("ck_sale_defaulted")
        ),
        sa.CheckConstraint(
            "delivered_on IS NULL OR paid_on IS NOT NULL", name=op.f("ck_sale_delivered")
        ),
        sa.CheckConstraint("price > 0", name=op.f("ck_sale_price")),
        sa.ForeignKeyConstraint(["bidder_id"], ["bidder.id"], name=op.f("fk_sale_bidder_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_sale_lot_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["staff.id"], name=op.f("fk_sale_officer_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_sale_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["auction_round.id"], name=op.f("fk_sale_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("round_id", name=op.f("uq_sale_round_id")),
    )
    op.create_index("ix_sale_lot_id", "sale", ["lot_id"], unique=False)
    op.create_index(
        "ix_sale_undelivered",
        "sale",
        ["office_id", "sold_on", "id"],
        unique=False,
        postgresql_where=sa.text(
            "delivered_on IS NULL AND defaulted_on IS NULL AND cancelled_on IS NULL"
        ),
    )
    op.create_index(
        "uq_sale_open_lot",
        "sale",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("defaulted_on IS NULL AND cancelled_on IS NULL"),
    )
    op.create_table(
        "sale_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sale_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_sale_entry_reversal")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_sale_entry_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["sale_entry.id"], name=op.f("fk_sale_entry_reverses_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["legal_rule.id"], name=op.f("fk_sale_entry_rule_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_entry_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_sale_entry_reverses_id")),
    )
    op.create_index("ix_sale_entry_sale_id", "sale_entry", ["sale_id", "id"], unique=False)
    op.create_table(
        "payout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("sale_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("gross", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("left_for_debtor", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("without_rent", sa.Boolean(), nullable=False),
        sa.Column("rent_let", sa.Text(), nullable=True),
        sa.Column("taxes", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_payout_approved")
        ),
        sa.CheckConstraint("approved_by_id <> proposed_by_id", name=op.f("ck_payout_two_people")),
        sa.CheckConstraint(
            "gross >= 0 AND net >= 0 AND left_for_debtor >= 0", name=op.f("ck_payout_sums")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["staff.id"], name=op.f("fk_payout_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["staff.id"], name=op.f("fk_payout_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_payout_sale_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["staff.id"], name=op.f("fk_payout_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("sale_id", "version", name=op.f("uq_payout_sale_id_version")),
    )
    op.create_index(
        "ix_payout_open",
        "payout",
        ["office_id", "id"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL AND paid_at IS NULL"),
    )
    op.create_index(
        "uq_payout_approved",
        "payout",
        ["sale_id"],
        unique=True,
        postgresql_where=sa.text("approved_at IS NOT NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "payout_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("payout_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=True),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.Column("payee", sa.Text(), nullable=True),
        sa.Column("owed", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("set_off", sa.Boolean(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.CheckConstraint("amount >= 0 AND amount <= owed", name=op.f("ck_payout_line_amount")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_payout_line_claim_id")),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payout.id"], name=op.f("fk_payout_line_payout_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_line")),
        sa.UniqueConstraint(
            "payout_id", "position", name=op.f("uq_payout_line_payout_id_position")
        ),
    )
    op.create_index("ix_payout_line_claim_id", "payout_line", ["claim_id"], unique=False)
    op.create_table(
        "voucher",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("claim_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_entry_id"], ["claim_entry.id"], name=op.f("fk_voucher_claim_entry_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["payout_line.id"], name=op.f("fk_voucher_line_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_voucher_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["voucher.id"], name=op.f("fk_voucher_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_voucher_office_id_number")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_voucher_reverses_id")),
    )
    op.create_index(
        "uq_voucher_once",
        "voucher",
        ["line_id", "attempt"],
        unique=True,
        postgresql_where=sa.text("reverses_id IS NULL"),
    )
    op.create_table(
        "share_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("voucher_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["line_id"], ["payout_line.id"], name=op.f("fk_share_entry_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_share_entry_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_share_entry_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_share_entry_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_entry")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_share_entry_voucher_id")),
    )
    op.create_index("ix_share_entry_line_id", "share_entry", ["line_id", "id"], unique=False)
    op.create_index(
        "ix_share_entry_office_id", "share_entry", ["office_id", "line_id"], unique=False
    )
    op.create_index(
        "uq_share_entry_told",
        "share_entry",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'told'"),
    )


def drop_tables() -> None:
    op.drop_index(
        "uq_share_entry_told",
        table_name="share_entry",
        postgresql_where=sa.text("kind = 'told'"),
    )
    op.drop_index("ix_share_entry_office_id", table_name="share_entry")
    op.drop_index("ix_share_entry_line_id", table_name="share_entry")
    op.drop_table("share_entry")
    op.drop_index(
        "uq_voucher_once", table_name="voucher", postgresql_where=sa.text("reverses_id IS NULL")
    )
    op.drop_table("voucher")
    op.drop_index("ix_payout_line_claim_id", table_name="payout_line")
    op.drop_table("payout_line")
    op.drop_index(
        "uq_payout_approved",
        table_name="payout",
        postgresql_where=sa.text("approved_at IS NOT NULL AND withdrawn_at IS NULL"),
    )
    op.drop_index(
        "ix_payout_open",
        table_name="payout",
        postgresql_where=sa.text("withdrawn_at IS NULL AND paid_at IS NULL"),
    )
    op.drop_table("payout")
    op.drop_index("ix_sale_entry_sale_id", table_name="sale_entry")
    op.drop_table("sale_entry")
    op.drop_index(
        "uq_sale_open_lot",
        table_name="sale",
        postgresql_where=sa.text("defaulted_on IS NULL AND cancelled_on IS NULL"),
    )
    op.drop_index(
        "ix_sale_undelivered",
        table_name="sale",
        postgresql_where=sa.text(
            "delivered_on IS NULL AND defaulted_on IS NULL AND cancelled_on IS NULL"
        ),
    )
    op.drop_index("ix_sale_lot_id", table_name="sale")
    op.drop_table("sale")
    op.drop_index("ix_claim_entry_claim_id", table_name="claim_entry")
    op.drop_index(
        "ix_claim_entry_paid",
        table_name="claim_entry",
        postgresql_where=sa.text("kind = 'paid'"),
    )
    op.drop_index("ix_claim_entry_case_id", table_name="claim_entry")
    op.drop_table("claim_entry")
    op.drop_index("ix_claim_secured_on_id", table_name="claim")
    op.drop_index("ix_claim_case_id", table_name="claim")
    op.drop_table("claim")

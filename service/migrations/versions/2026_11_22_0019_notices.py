"""Postings and announcements of rounds

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('auction_halt');
CALL kebien_scope_by_lot('lot_notice', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_lot('auction_halt', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_asset('sale_wait', true);

-- A delegation is seen and changed by both of its offices.
ALTER TABLE disposal_delegation ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_either ON disposal_delegation USING ((SELECT kebien_sees_all())
  OR from_office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR to_office_id = ANY ((SELECT kebien_offices())::bigint[]));

-- A notice stays as it was recorded; it is only struck through.
CREATE FUNCTION kebien_keep_notice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.struck_at IS NOT NULL
     OR to_jsonb(NEW) - 'struck_at' - 'struck_by_id' - 'struck_reason'
        <> to_jsonb(OLD) - 'struck_at' - 'struck_by_id' - 'struck_reason' THEN
    RAISE EXCEPTION 'a notice is never changed, only struck through'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_notice BEFORE UPDATE OR DELETE ON lot_notice
  FOR EACH ROW EXECUTE FUNCTION kebien_keep_notice();

GRANT SELECT, INSERT ON auction_halt TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON lot_notice, sale_wait, disposal_delegation TO kebien_app;
GRANT SELECT ON lot_notice, auction_halt, sale_wait, disposal_delegation TO kebien_reader;
"""
UNDO = r"""
DROP FUNCTION kebien_keep_notice;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    drop_tables()
    op.execute(sa.text(UNDO))


def create_tables() -> None:
    op.create_table(
        "lot_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("round_number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by_id", sa.BigInteger(), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(struck_at IS NULL) = (struck_reason IS NULL)", name=op.f("ck_lot_notice_struck")
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_lot_notice_days")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_notice_lot_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_lot_notice_office_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_lot_notice_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["struck_by_id"], ["staff.id"], name=op.f("fk_lot_notice_struck_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_notice")),
    )
    op.create_index(
        "ix_lot_notice_lot_id_round_number", "lot_notice", ["lot_id", "round_number"], unique=False
    )
    op.create_index(
        "uq_lot_notice_standing",
        "lot_notice",
        ["lot_id", "round_number", "kind", "place", "from_on"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("struck_at IS NULL"),
    )
    op.create_table(
        "auction_halt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("hold_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_auction_halt_hold_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_auction_halt_lot_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_auction_halt_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_auction_halt_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_auction_halt_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_auction_halt_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_halt")),
    )
    op.create_index("ix_auction_halt_lot_id", "auction_halt", ["lot_id"], unique=False)
    op.create_table(
        "sale_wait",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("not_before_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(agreed_on IS NULL) = (agreement IS NULL)", name=op.f("ck_sale_wait_agreed")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_sale_wait_asset_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_sale_wait_office_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_sale_wait_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_wait")),
    )
    op.create_index("ix_sale_wait_asset_id", "sale_wait", ["asset_id"], unique=False)
    op.create_table(
        "disposal_delegation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("from_office_id", sa.BigInteger(), nullable=False),
        sa.Column("to_office_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("delegated_on", sa.Date(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("pause_document", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_document", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "from_office_id <> to_office_id", name=op.f("ck_disposal_delegation_two_offices")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_disposal_delegation_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_office_id"], ["office.id"], name=op.f("fk_disposal_delegation_from_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_disposal_delegation_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_office_id"], ["office.id"], name=op.f("fk_disposal_delegation_to_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_delegation")),
    )
    op.create_index(
        "uq_disposal_delegation_open",
        "disposal_delegation",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )


def drop_tables() -> None:
    op.drop_table("disposal_delegation")
    op.drop_table("sale_wait")
    op.drop_table("auction_halt")
    op.drop_table("lot_notice")

"""Stocktakes

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "stocktake_signature",
    "stocktake_difference",
    "stocktake_scan",
    "stocktake_device",
    "stocktake_item",
    "stocktake_place",
    "planned_count",
    "stocktake",
)
FROZEN = ("stocktake_item", "stocktake_place", "stocktake_scan", "stocktake_signature")

AFTER = r"""
CREATE SEQUENCE stocktake_id_seq;

-- A closed stocktake and a closed difference are changed no more.
CREATE FUNCTION kebien_stocktake_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION '% % is closed', TG_TABLE_NAME, OLD.id USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER closed BEFORE UPDATE OR DELETE ON stocktake
  FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION kebien_stocktake_closed();
CREATE TRIGGER closed BEFORE UPDATE OR DELETE ON stocktake_difference
  FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION kebien_stocktake_closed();

GRANT USAGE ON SEQUENCE stocktake_id_seq TO kebien_app;
GRANT SELECT, INSERT ON stocktake, stocktake_item, stocktake_place, stocktake_scan, stocktake_signature
  TO kebien_app;
GRANT UPDATE (first_ended_at, first_ended_by_id, first_counter_ids, closed_at, closed_by_id, paper,
  abandoned_reason)
  ON stocktake TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON stocktake_device, stocktake_difference, planned_count TO kebien_app;
GRANT SELECT ON stocktake_item, stocktake_place, stocktake_scan, stocktake_signature,
  stocktake_device, stocktake_difference, planned_count TO kebien_reader;
GRANT SELECT (id, reference, office_id, place_id, place_path, place_name, period, classes, sample_pct,
  seed, blind, basis, listed, away, list_digest, opened_at, opened_by_id, opened_by_name,
  first_ended_at, first_ended_by_id, first_counter_ids, closed_at, closed_by_id, paper,
  abandoned_reason)
  ON stocktake TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the room; what was frozen or scanned is never changed."""
    create_tables()
    op.execute(sa.text(AFTER))
    for table in TABLES:
        op.execute(sa.text(f"CALL kebien_scope_by_office('{table}')"))
    for table in FROZEN:
        op.execute(sa.text(f"CALL kebien_append_only('{table}')"))


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        op.drop_table(table)
    op.execute(sa.text("DROP SEQUENCE stocktake_id_seq"))
    op.execute(sa.text("DROP FUNCTION kebien_stocktake_closed"))


def create_tables() -> None:
    """The tables as the models describe them."""
    op.create_table(
        "stocktake_item",
        sa.Column("stocktake_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("away_with", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stocktake_id", "asset_id", name=op.f("pk_stocktake_item")),
    )
    op.create_table(
        "stocktake_place",
        sa.Column("stocktake_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stocktake_id", "place_id", name=op.f("pk_stocktake_place")),
    )
    op.create_table(
        "stocktake_scan",
        sa.Column("stocktake_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=True),
        sa.Column("seal", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("counter_id", sa.BigInteger(), nullable=True),
        sa.Column("counter_name", sa.Text(), nullable=False),
        sa.Column("sent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("stocktake_id", "device", "number", name=op.f("pk_stocktake_scan")),
    )
    op.create_index(
        "ix_stocktake_scan_asset", "stocktake_scan", ["stocktake_id", "asset_id"], unique=False
    )
    op.create_index(
        "ix_stocktake_scan_undoes",
        "stocktake_scan",
        ["stocktake_id", "device", "undoes"],
        unique=False,
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )
    op.create_table(
        "stocktake",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("place_path", sa.Text(), nullable=False),
        sa.Column("place_name", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("sample_pct", sa.BigInteger(), server_default="100", nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("listed", sa.BigInteger(), nullable=False),
        sa.Column("away", sa.BigInteger(), nullable=False),
        sa.Column("list_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pack_key", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by_name", sa.Text(), nullable=False),
        sa.Column("first_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "first_counter_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("abandoned_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("sample_pct BETWEEN 1 AND 100", name=op.f("ck_stocktake_sample_pct")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["staff.id"], name=op.f("fk_stocktake_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["first_ended_by_id"], ["staff.id"], name=op.f("fk_stocktake_first_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_stocktake_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_stocktake_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("reference", name=op.f("uq_stocktake_reference")),
    )
    op.create_index("ix_stocktake_office_id_id", "stocktake", ["office_id", "id"], unique=False)
    op.create_index(
        "uq_stocktake_open_place",
        "stocktake",
        ["place_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "planned_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("sample_pct", sa.BigInteger(), server_default="100", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by_id", sa.BigInteger(), nullable=True),
        sa.Column("stocktake_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "sample_pct BETWEEN 1 AND 100", name=op.f("ck_planned_count_sample_pct")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_planned_count_place_id")),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["staff.id"], name=op.f("fk_planned_count_planned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_planned_count_stocktake_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_count")),
        sa.UniqueConstraint(
            "place_id",
            "due_on",
            "period",
            "classes",
            name=op.f("uq_planned_count_place_id_due_on_period_classes"),
        ),
    )
    op.create_index(
        "ix_planned_count_office_id_due_on", "planned_count", ["office_id", "due_on"], unique=False
    )
    op.create_table(
        "stocktake_device",
        sa.Column("stocktake_id", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("report", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("clock_ahead_s", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_by_id", sa.BigInteger(), nullable=True),
        sa.Column("given_up_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_up_by_id"], ["staff.id"], name=op.f("fk_stocktake_device_given_up_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_device_stocktake_id")
        ),
        sa.PrimaryKeyConstraint("stocktake_id", "device", name=op.f("pk_stocktake_device")),
    )
    op.create_table(
        "stocktake_difference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stocktake_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("seen_place", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("first_counter_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("searched", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("searched_by_id", sa.BigInteger(), nullable=True),
        sa.Column("searched_by_name", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "word <> 'confirmed_missing' OR decided_by_id IS NOT NULL",
            name=op.f("ck_stocktake_difference_third_word"),
        ),
        sa.CheckConstraint(
            "NOT (decided_by_id = ANY (first_counter_ids)) AND decided_by_id <> searched_by_id",
            name=op.f("ck_stocktake_difference_approver_is_another"),
        ),
        sa.CheckConstraint(
            "NOT (searched_by_id = ANY (first_counter_ids))",
            name=op.f("ck_stocktake_difference_second_is_another"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_stocktake_difference_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["searched_by_id"], ["staff.id"], name=op.f("fk_stocktake_difference_searched_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_difference_stocktake_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_difference")),
    )
    op.create_index(
        "ix_stocktake_difference_open",
        "stocktake_difference",
        ["stocktake_id", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_stocktake_difference_asset",
        "stocktake_difference",
        ["stocktake_id", "asset_id", "kind"],
        unique=True,
        postgresql_where=sa.text("asset_id IS NOT NULL"),
    )
    op.create_index(
        "uq_stocktake_difference_code",
        "stocktake_difference",
        ["stocktake_id", "code"],
        unique=True,
        postgresql_where=sa.text("asset_id IS NULL"),
    )
    op.create_table(
        "stocktake_signature",
        sa.Column("stocktake_id", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("signing", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_stocktake_signature_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_signature_stocktake_id")
        ),
        sa.PrimaryKeyConstraint(
            "stocktake_id", "result", "signing", name=op.f("pk_stocktake_signature")
        ),
        sa.UniqueConstraint(
            "stocktake_id",
            "result",
            "staff_id",
            name=op.f("uq_stocktake_signature_stocktake_id_result_staff_id"),
        ),
    )

"""Keepers, warehouse orders, impediments of custody

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AFTER = """
CREATE SEQUENCE warehouse_order_id_seq;
CALL kebien_append_only('order_line');
CALL kebien_append_only('order_use');
CALL kebien_append_only('order_step');
CALL kebien_append_only('order_found');
CALL kebien_scope_by_office('keeper_appointment');
CALL kebien_scope_by_office('keeper_change');
CALL kebien_scope_by_office('warehouse_order');
CALL kebien_scope_by_office('order_line');
CALL kebien_scope_by_office('order_balance');
CALL kebien_scope_by_office('order_step');
CALL kebien_scope_by_office('order_found');
CALL kebien_scope_by_office('signing_delegation');
CALL kebien_scope_by_asset('order_use', true);
CALL kebien_scope_by_asset('impediment', true);
CALL kebien_scope_by_office('place_count');
GRANT SELECT, INSERT ON order_line, order_use, order_step, order_found TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON keeper_appointment, keeper_change, warehouse_order, order_balance,
  signing_delegation, impediment TO kebien_app;
GRANT SELECT, INSERT, DELETE ON place_count TO kebien_app;
GRANT SELECT ON place_count TO kebien_reader;
GRANT USAGE ON SEQUENCE warehouse_order_id_seq TO kebien_app;
GRANT SELECT ON keeper_appointment, keeper_change, warehouse_order, order_line, order_balance,
  order_use, order_step, order_found, signing_delegation, impediment TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_tables()
    op.add_column(
        "holding", sa.Column("blocked", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("holding", "blocked")
    op.drop_table("place_count")
    op.drop_table("impediment")
    op.drop_table("signing_delegation")
    op.drop_table("order_found")
    op.drop_table("order_step")
    op.drop_table("order_use")
    op.drop_table("order_balance")
    op.drop_table("order_line")
    op.drop_table("warehouse_order")
    op.drop_table("keeper_change")
    op.drop_table("keeper_appointment")
    op.execute(sa.text("DROP SEQUENCE warehouse_order_id_seq"))


def create_tables() -> None:
    op.create_table(
        "place_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_count")),
    )
    op.create_index(
        "ix_place_count_place_id", "place_count", ["place_id"], postgresql_include=["n"]
    )
    op.create_table(
        "keeper_appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_keeper_appointment_ending")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_keeper_appointment_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_keeper_appointment_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_keeper_appointment_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_keeper_appointment_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_keeper_appointment_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keeper_appointment")),
    )
    op.create_index(
        "ix_keeper_appointment_place_id", "keeper_appointment", ["place_id"], unique=False
    )
    op.create_index(
        "ix_keeper_appointment_staff_id", "keeper_appointment", ["staff_id"], unique=False
    )
    op.create_index(
        "uq_keeper_appointment_active",
        "keeper_appointment",
        ["place_id"],
        unique=True,
        postgresql_where=sa.text("active_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "keeper_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("outgoing_id", sa.BigInteger(), nullable=False),
        sa.Column("incoming_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("count_reference", sa.Text(), nullable=True),
        sa.Column("count_reason", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outgoing_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outgoing_signed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("outgoing_note", sa.Text(), nullable=True),
        sa.Column("incoming_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["keeper_appointment.id"], name=op.f("fk_keeper_change_incoming_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_keeper_change_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_keeper_change_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["keeper_appointment.id"], name=op.f("fk_keeper_change_outgoing_id")
        ),
        sa.ForeignKeyConstraint(
            ["outgoing_signed_by_id"],
            ["staff.id"],
            name=op.f("fk_keeper_change_outgoing_signed_by_id"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_keeper_change_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keeper_change")),
    )
    op.create_index(
        "uq_keeper_change_open",
        "keeper_change",
        ["place_id"],
        unique=True,
        postgresql_where=sa.text("completed_at IS NULL"),
    )
    op.create_table(
        "warehouse_order",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("party_post", sa.Text(), nullable=True),
        sa.Column("party_identity", sa.Text(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("ending_reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_warehouse_order_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_warehouse_order_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_warehouse_order_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["staff.id"], name=op.f("fk_warehouse_order_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["staff.id"], name=op.f("fk_warehouse_order_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_order")),
    )
    op.create_index(
        "ix_warehouse_order_office_id_id", "warehouse_order", ["office_id", "id"], unique=False
    )
    op.create_index("ix_warehouse_order_place_id", "warehouse_order", ["place_id"], unique=False)
    op.create_index(
        "ix_warehouse_order_to_do",
        "warehouse_order",
        ["office_id", "id"],
        unique=False,
        postgresql_where=sa.text("signed_at IS NOT NULL AND finished_at IS NULL"),
    )
    op.create_index(
        "ix_warehouse_order_to_sign",
        "warehouse_order",
        ["office_id", "id"],
        unique=False,
        postgresql_where=sa.text("signed_at IS NULL AND closed_at IS NULL"),
    )
    op.create_index("uq_warehouse_order_reference", "warehouse_order", ["reference"], unique=True)
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("identification", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("features", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("seal_number", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_order_line_asset_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["warehouse_order.id"], name=op.f("fk_order_line_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_order_line")),
    )
    op.create_index("ix_order_line_asset_id", "order_line", ["asset_id"], unique=False)
    op.create_table(
        "order_balance",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("used", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= quantity", name=op.f("ck_order_balance_used")),
        sa.ForeignKeyConstraint(
            ["order_id", "no"],
            ["order_line.order_id", "order_line.no"],
            name=op.f("fk_order_balance_order_id_no"),
        ),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_order_balance")),
    )
    op.create_table(
        "order_use",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_order_use_asset_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "no"],
            ["order_line.order_id", "order_line.no"],
            name=op.f("fk_order_use_order_id_no"),
        ),
        sa.PrimaryKeyConstraint("asset_id", "seq", name=op.f("pk_order_use")),
    )
    op.create_index("ix_order_use_order_id", "order_use", ["order_id", "no"], unique=False)
    op.create_table(
        "order_step",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("paper_reference", sa.Text(), nullable=True),
        sa.Column("paper_number", sa.Text(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_order_step_by_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["warehouse_order.id"], name=op.f("fk_order_step_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "step", name=op.f("pk_order_step")),
    )
    op.create_table(
        "order_found",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("seal_number", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_order_found_quantity")),
        sa.ForeignKeyConstraint(
            ["order_id", "no"],
            ["order_line.order_id", "order_line.no"],
            name=op.f("fk_order_found_order_id_no"),
        ),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_order_found")),
    )
    op.create_table(
        "signing_delegation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("given_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_signing_delegation_validity")),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["staff.id"], name=op.f("fk_signing_delegation_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_signing_delegation_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_signing_delegation_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_delegation")),
    )
    op.create_index(
        "ix_signing_delegation_office_id_staff_id",
        "signing_delegation",
        ["office_id", "staff_id"],
        unique=False,
    )
    op.create_table(
        "impediment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("blocks", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by_id", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("blocks > 0", name=op.f("ck_impediment_blocks")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_impediment_asset_id")),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["staff.id"], name=op.f("fk_impediment_lifted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["staff.id"], name=op.f("fk_impediment_raised_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impediment")),
    )
    op.create_index("ix_impediment_asset_id", "impediment", ["asset_id"], unique=False)
    op.create_index(
        "ix_impediment_office_id_code",
        "impediment",
        ["office_id", "code"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index(
        "uq_impediment_open",
        "impediment",
        ["asset_id", "code", "source"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )

"""Signed heads of the ledgers; the register, the paper book, inspections

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REGISTER = ("register_closing", "register_line", "register_signature")
WATCHED = ("book_number", "book_comparison", "warehouse_check", "warehouse_check_answer")
TABLES = ("notary_key", "notary_leaf", "notary_node", "notary_head")


def upgrade() -> None:
    """Make the tables of the room."""
    op.create_table(
        "notary_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_id", sa.Text(), nullable=True),
        sa.Column("endorsement", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("octet_length(public_key) = 32", name=op.f("ck_notary_key_public_key")),
        sa.ForeignKeyConstraint(
            ["before_id"], ["notary_key.id"], name=op.f("fk_notary_key_before_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notary_key")),
    )
    op.create_table(
        "notary_leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_notary_leaf")),
        sa.UniqueConstraint("kind", "subject_id", "seq", name=op.f("uq_notary_leaf_kind_subject_id_seq")),
    )
    op.create_table(
        "notary_node",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_notary_node")),
    )
    op.create_table(
        "notary_head",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_notary_head_size")),
        sa.CheckConstraint("number > 0", name=op.f("ck_notary_head_number")),
        sa.ForeignKeyConstraint(["key_id"], ["notary_key.id"], name=op.f("fk_notary_head_key_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notary_head")),
    )
    create_register()
    create_watch()
    for table in (*TABLES, *REGISTER, *WATCHED):
        op.execute(f"CALL kebien_append_only('{table}')")
    for table in (*REGISTER, *WATCHED):
        op.execute(f"CALL kebien_scope_by_office('{table}')")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join((*TABLES, *REGISTER, *WATCHED))} TO kebien_app")
    op.execute(f"GRANT SELECT ON {', '.join((*TABLES, *REGISTER, *WATCHED))} TO kebien_reader")


def create_register() -> None:
    op.create_table(
        "register_closing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("register", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.BigInteger(), nullable=False),
        sa.Column("went", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_register_closing_quarter")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff.id"], name=op.f("fk_register_closing_closed_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_register_closing_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_closing")),
        sa.UniqueConstraint(
            "office_id",
            "register",
            "year",
            "quarter",
            name=op.f("uq_register_closing_office_id_register_year_quarter"),
        ),
    )
    op.create_table(
        "register_line",
        sa.Column("closing_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ground_id", sa.BigInteger(), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["closing_id"], ["register_closing.id"], name=op.f("fk_register_line_closing_id")),
        sa.PrimaryKeyConstraint("closing_id", "position", name=op.f("pk_register_line")),
    )
    op.create_index("ix_register_line_ground", "register_line", ["kind", "ground_id", "closing_id"])
    op.create_index("ix_register_line_office_id", "register_line", ["office_id"])
    op.create_table(
        "register_signature",
        sa.Column("closing_id", sa.BigInteger(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["register_closing.id"], name=op.f("fk_register_signature_closing_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_register_signature_staff_id")),
        sa.PrimaryKeyConstraint("closing_id", "post", name=op.f("pk_register_signature")),
        sa.UniqueConstraint("closing_id", "staff_id", name=op.f("uq_register_signature_closing_id_staff_id")),
    )
    op.create_index("ix_seizure_office_id_decision_on", "seizure", ["office_id", "decision_on", "id"])
    op.create_index(
        "ix_evidence_hold_office_id_received_on", "evidence_hold", ["office_id", "received_on", "id"]
    )


def create_watch() -> None:
    op.create_table(
        "book_number",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("spoiled", sa.Text(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_book_number_number")),
        sa.CheckConstraint("(asset_id IS NULL) <> (spoiled IS NULL)", name=op.f("ck_book_number_one_of_them")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_book_number_asset_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["staff.id"], name=op.f("fk_book_number_noted_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_book_number_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_number")),
        sa.UniqueConstraint("office_id", "book", "number", name=op.f("uq_book_number_office_id_book_number")),
    )
    op.create_index("ix_book_number_asset_id", "book_number", ["asset_id"])
    op.create_table(
        "book_comparison",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("missing_count", sa.BigInteger(), nullable=False),
        sa.Column("not_in_book", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_by_id", sa.BigInteger(), nullable=True),
        sa.Column("compared_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["compared_by_id"], ["staff.id"], name=op.f("fk_book_comparison_compared_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_book_comparison_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_comparison")),
        sa.UniqueConstraint(
            "office_id", "book", "month_on", name=op.f("uq_book_comparison_office_id_book_month_on")
        ),
    )
    op.create_table(
        "warehouse_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_warehouse_check_office_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_warehouse_check_place_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_warehouse_check_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_check")),
        sa.UniqueConstraint("place_id", "checked_on", name=op.f("uq_warehouse_check_place_id_checked_on")),
    )
    op.create_index("ix_warehouse_check_office_id_id", "warehouse_check", ["office_id", "id"])
    op.create_table(
        "warehouse_check_answer",
        sa.Column("check_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["warehouse_check.id"], name=op.f("fk_warehouse_check_answer_check_id")),
        sa.PrimaryKeyConstraint("check_id", "question", name=op.f("pk_warehouse_check_answer")),
    )
    op.create_index(
        "ix_asset_office_id_perishable_on",
        "asset",
        ["office_id", "perishable_on"],
        postgresql_where=sa.text("perishable_on IS NOT NULL"),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_asset_office_id_perishable_on", "asset")
    op.drop_index("ix_evidence_hold_office_id_received_on", "evidence_hold")
    op.drop_index("ix_seizure_office_id_decision_on", "seizure")
    for table in reversed((*TABLES, *REGISTER, *WATCHED)):
        op.drop_table(table)

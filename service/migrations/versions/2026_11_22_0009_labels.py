"""Labels

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AFTER = """
-- Four digits of this installation, drawn once; a label of another one is told by them.
INSERT INTO label_mark (mark) VALUES (lpad(floor(random() * 10000)::int::text, 4, '0'));

CALL kebien_append_only('label_run');
CALL kebien_append_only('asset_label');
CALL kebien_append_only('place_label');
CALL kebien_append_only('label_mark');
CALL kebien_scope_by_office('label_run');
CALL kebien_scope_by_asset('asset_label', false);
CALL kebien_scope_by_office('place_label');
GRANT SELECT, INSERT ON label_run, asset_label, place_label TO kebien_app;
GRANT SELECT ON label_mark TO kebien_app;
GRANT SELECT ON label_run, asset_label, place_label, label_mark TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    op.create_table(
        "label_mark",
        sa.Column("one", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_label_mark_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_label_mark")),
    )
    op.create_table(
        "label_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("repeated", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("printed_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("start > 0 AND number > 0", name=op.f("ck_label_run_size")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_label_run_office_id")),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["staff.id"], name=op.f("fk_label_run_printed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_run")),
    )
    op.create_index("ix_label_run_office_id_id", "label_run", ["office_id", "id"])
    op.create_table(
        "asset_label",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("nth", sa.BigInteger(), autoincrement=False, nullable=False),
        *_printed("asset_label"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_label_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", "nth", name=op.f("pk_asset_label")),
    )
    op.create_table(
        "place_label",
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("nth", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        *_printed("place_label"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_label_place_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_place_label_office_id")
        ),
        sa.PrimaryKeyConstraint("place_id", "nth", name=op.f("pk_place_label")),
    )
    op.execute(sa.text(AFTER.replace("::", "\\:\\:")))


def _printed(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["label_run.id"], name=op.f(f"fk_{name}_run_id")),
        sa.UniqueConstraint("run_id", "position", name=op.f(f"uq_{name}_run_id_position")),
    ]


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("place_label")
    op.drop_table("asset_label")
    op.drop_table("label_run")
    op.drop_table("label_mark")

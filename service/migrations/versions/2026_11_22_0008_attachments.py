"""Pictures and files

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AFTER = """
CALL kebien_append_only('attachment');
CALL kebien_append_only('picture_origin');
CALL kebien_append_only('attachment_withdrawal');

-- What concerns an asset is seen by who sees the asset, all else by its office.
ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON attachment FOR SELECT USING ((SELECT kebien_sees_all())
  OR CASE WHEN asset_id IS NULL THEN office_id = ANY ((SELECT kebien_offices())::bigint[])
     ELSE EXISTS (SELECT FROM asset a WHERE a.id = asset_id) END);
CREATE POLICY added ON attachment FOR INSERT WITH CHECK ((SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[])
     AND (asset_id IS NULL OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id)));

ALTER TABLE picture_origin ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON picture_origin USING ((SELECT kebien_sees_all())
  OR EXISTS (SELECT FROM attachment t WHERE t.id = attachment_id));
ALTER TABLE attachment_withdrawal ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON attachment_withdrawal USING ((SELECT kebien_sees_all())
  OR EXISTS (SELECT FROM attachment t WHERE t.id = attachment_id));

GRANT SELECT, INSERT ON attachment, picture_origin, attachment_withdrawal TO kebien_app;
GRANT SELECT ON attachment, attachment_withdrawal TO kebien_reader;
"""


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("small_sha256", sa.Text(), nullable=True),
        sa.Column("large_sha256", sa.Text(), nullable=True),
        sa.Column("custody_seq", sa.BigInteger(), nullable=True),
        sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("added_by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_attachment_sha256")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size")),
        sa.CheckConstraint(
            "(width IS NULL) = (small_sha256 IS NULL) AND (width IS NULL) = (large_sha256 IS NULL)",
            name=op.f("ck_attachment_picture"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["staff.id"], name=op.f("fk_attachment_added_by_id")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_attachment_asset_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_attachment_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "purpose",
            "sha256",
            "turn",
            name=op.f("uq_attachment_subject_kind_subject_id_purpose_sha256_turn"),
        ),
    )
    op.create_index(
        "ix_attachment_asset_id",
        "attachment",
        ["asset_id", "id"],
        postgresql_where=sa.text("asset_id IS NOT NULL"),
    )
    op.create_index("ix_attachment_office_id", "attachment", ["office_id"])
    op.create_table(
        "picture_origin",
        sa.Column("attachment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.Column("camera", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Numeric(9, 6), nullable=True),
        sa.Column("longitude", sa.Numeric(9, 6), nullable=True),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_picture_origin_attachment_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_picture_origin")),
    )
    op.create_table(
        "attachment_withdrawal",
        sa.Column("attachment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_attachment_withdrawal_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff.id"], name=op.f("fk_attachment_withdrawal_by_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_withdrawal")),
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.drop_table("attachment_withdrawal")
    op.drop_table("picture_origin")
    op.drop_table("attachment")

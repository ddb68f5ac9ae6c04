"""Hand-over of portfolios; addresses of calendar feeds

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AFTER = r"""
CREATE SEQUENCE portfolio_handover_id_seq;
GRANT USAGE ON SEQUENCE portfolio_handover_id_seq TO kebien_app;
CALL kebien_scope_by_office('portfolio_handover');
CALL kebien_scope_by_office('portfolio_item');
GRANT SELECT, INSERT, UPDATE ON portfolio_handover TO kebien_app;
GRANT SELECT, INSERT ON portfolio_item TO kebien_app;
GRANT UPDATE (refused) ON portfolio_item TO kebien_app;
GRANT SELECT, INSERT ON agenda_feed TO kebien_app;
GRANT UPDATE (revoked_at) ON agenda_feed TO kebien_app;
GRANT SELECT ON portfolio_handover, portfolio_item TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    for table in ("agenda_feed", "portfolio_item", "portfolio_handover"):
        op.drop_table(table)
    op.execute(sa.text("DROP SEQUENCE portfolio_handover_id_seq"))


def create_tables() -> None:
    """Tables as the models describe them."""
    op.create_table(
        "portfolio_handover",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("giver_id", sa.BigInteger(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_up_by_id", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_id", sa.BigInteger(), nullable=True),
        sa.Column("given_for", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.BigInteger(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("paper_number", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "giver_id <> receiver_id", name=op.f("ck_portfolio_handover_two_people")
        ),
        sa.CheckConstraint(
            "(given_at IS NULL) = (given_by_id IS NULL)", name=op.f("ck_portfolio_handover_given")
        ),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (taken_by_id IS NULL)", name=op.f("ck_portfolio_handover_taken")
        ),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR paper IS NULL", name=op.f("ck_portfolio_handover_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["drawn_up_by_id"], ["staff.id"], name=op.f("fk_portfolio_handover_drawn_up_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["staff.id"], name=op.f("fk_portfolio_handover_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["staff.id"], name=op.f("fk_portfolio_handover_giver_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_portfolio_handover_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["staff.id"], name=op.f("fk_portfolio_handover_receiver_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["staff.id"], name=op.f("fk_portfolio_handover_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_handover")),
        sa.UniqueConstraint("reference", name=op.f("uq_portfolio_handover_reference")),
    )
    op.create_index(
        "uq_portfolio_handover_open",
        "portfolio_handover",
        ["giver_id"],
        unique=True,
        postgresql_where=sa.text("paper IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index("ix_portfolio_handover_office_id_id", "portfolio_handover", ["office_id", "id"])
    op.create_table(
        "portfolio_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_portfolio_item_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["portfolio_handover.id"], name=op.f("fk_portfolio_item_handover_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_item")),
    )
    op.create_index("ix_portfolio_item_handover_id", "portfolio_item", ["handover_id", "id"])
    op.create_index("ix_portfolio_item_case_id", "portfolio_item", ["case_id"])
    op.create_table(
        "agenda_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("mine", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_agenda_feed_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_feed")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_agenda_feed_secret_sha256")),
    )
    op.create_index(
        "uq_agenda_feed_open",
        "agenda_feed",
        ["staff_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )

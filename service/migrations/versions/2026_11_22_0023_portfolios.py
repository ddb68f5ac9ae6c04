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
-- A recalled price decision is replaced in its row, and what it said before is kept beside it.
CREATE FUNCTION kebien_keep_reduction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$ BEGIN
  INSERT INTO price_reduction_was (reduction_id, office_id, new_price, percent, decision_number,
    decided_on, replaced_at)
  VALUES (OLD.id, OLD.office_id, OLD.new_price, OLD.percent, OLD.decision_number, OLD.decided_on,
    now());
  RETURN NEW;
END $$;
DROP TRIGGER append_only ON price_reduction;
CREATE TRIGGER kept BEFORE UPDATE OF new_price, percent, decision_number, decided_on
  ON price_reduction FOR EACH ROW EXECUTE FUNCTION kebien_keep_reduction();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF id, lot_id, round_id, office_id, old_price,
  rule_id, article, recorded_at, recorded_by_id
  ON price_reduction FOR EACH ROW EXECUTE FUNCTION kebien_refuse();
CALL kebien_append_only('price_reduction_was');
CALL kebien_scope_by_lot('price_reduction_was',
  'EXISTS (SELECT FROM price_reduction p WHERE p.id = reduction_id)');
GRANT UPDATE (new_price, percent, decision_number, decided_on) ON price_reduction TO kebien_app;
GRANT SELECT ON price_reduction_was TO kebien_app, kebien_reader;
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

BEFORE = r"""
DROP TRIGGER kept ON price_reduction;
DROP TRIGGER append_only ON price_reduction;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON price_reduction
  FOR EACH ROW EXECUTE FUNCTION kebien_refuse();
REVOKE UPDATE (new_price, percent, decision_number, decided_on) ON price_reduction FROM kebien_app;
DROP FUNCTION kebien_keep_reduction;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    op.execute(sa.text(BEFORE))
    for table in ("price_reduction_was", "agenda_feed", "portfolio_item", "portfolio_handover"):
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
        "price_reduction_was",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reduction_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("new_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("percent", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reduction_id"],
            ["price_reduction.id"],
            name=op.f("fk_price_reduction_was_reduction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_reduction_was")),
    )
    op.create_index("ix_price_reduction_was_reduction_id", "price_reduction_was", ["reduction_id"])
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

"""Payouts know the last change of a claim that they were drawn up on

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

FILL = """
UPDATE payout SET claims_upto = (SELECT coalesce(max(e.id), 0) FROM claim_entry AS e
  WHERE e.recorded_at <= payout.proposed_at);
ALTER TABLE payout ALTER COLUMN claims_upto SET NOT NULL;
CREATE FUNCTION kebien_payout_drawn_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'payout % is frozen', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_frozen';
END $$;
CREATE TRIGGER payout_drawn_up BEFORE UPDATE ON payout FOR EACH ROW
  WHEN (NEW.claims_upto IS DISTINCT FROM OLD.claims_upto) EXECUTE FUNCTION kebien_payout_drawn_up();
"""


def upgrade() -> None:
    """Add the column, and say it of the payouts there are."""
    op.add_column("payout", sa.Column("claims_upto", sa.BigInteger(), nullable=True))
    op.execute(sa.text(FILL))


def downgrade() -> None:
    """Take it away again."""
    op.execute(sa.text("DROP TRIGGER payout_drawn_up ON payout"))
    op.execute(sa.text("DROP FUNCTION kebien_payout_drawn_up"))
    op.drop_column("payout", "claims_upto")

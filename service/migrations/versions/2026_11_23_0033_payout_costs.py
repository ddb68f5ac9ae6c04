"""Payouts know the costs that they were drawn up on, a set-off what all are owed as it was said

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

FILL = """
UPDATE payout SET costs = (
  SELECT coalesce(sum(c.amount), 0) FROM cost_item AS c
  WHERE c.bearer = 'debtor' AND c.recorded_at <= payout.proposed_at AND (
    c.asset_id IN (SELECT o.asset_id FROM lot_asset AS o JOIN sale AS s ON s.lot_id = o.lot_id
      WHERE s.id = payout.sale_id)
    OR c.case_id IN (SELECT a.case_id FROM lot_asset AS o JOIN sale AS s ON s.lot_id = o.lot_id
      JOIN asset AS a ON a.id = o.asset_id WHERE s.id = payout.sale_id)));
ALTER TABLE payout ALTER COLUMN costs SET NOT NULL;
DROP TRIGGER payout_drawn_up ON payout;
CREATE TRIGGER payout_drawn_up BEFORE UPDATE ON payout FOR EACH ROW
  WHEN (NEW.claims_upto IS DISTINCT FROM OLD.claims_upto OR NEW.costs IS DISTINCT FROM OLD.costs)
  EXECUTE FUNCTION kebien_payout_drawn_up();
"""

BACK = """
DROP TRIGGER payout_drawn_up ON payout;
CREATE TRIGGER payout_drawn_up BEFORE UPDATE ON payout FOR EACH ROW
  WHEN (NEW.claims_upto IS DISTINCT FROM OLD.claims_upto) EXECUTE FUNCTION kebien_payout_drawn_up();
"""


def upgrade() -> None:
    """Add the columns, and say it of the payouts there are."""
    op.add_column("payout", sa.Column("costs", sa.Numeric(20, 2), nullable=True))
    op.add_column("setoff", sa.Column("debt", sa.Numeric(20, 2), nullable=True))
    op.execute(sa.text(FILL))


def downgrade() -> None:
    """Take them away again."""
    op.execute(sa.text(BACK))
    op.drop_column("setoff", "debt")
    op.drop_column("payout", "costs")

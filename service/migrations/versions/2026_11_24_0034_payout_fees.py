"""Lines of a payout say the enforcement fee that is owed on them, and by which article

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of lines there are nothing was held back."""
    op.add_column(
        "payout_line", sa.Column("fee", sa.Numeric(20, 2), server_default="0", nullable=False)
    )
    op.add_column("payout_line", sa.Column("fee_article", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_payout_line_fee"), "payout_line", "fee >= 0 AND fee <= amount"
    )
    op.create_check_constraint(
        op.f("ck_payout_line_fee_article"), "payout_line", "(fee > 0) = (fee_article IS NOT NULL)"
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_constraint(op.f("ck_payout_line_fee_article"), "payout_line", type_="check")
    op.drop_column("payout_line", "fee_article")
    op.drop_constraint(op.f("ck_payout_line_fee"), "payout_line", type_="check")
    op.drop_column("payout_line", "fee")

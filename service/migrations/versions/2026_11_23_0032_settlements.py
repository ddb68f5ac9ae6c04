"""A settlement keeps the consent of those of the other cases

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("asset_exit", sa.Column("others_document", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("asset_exit", "others_document")

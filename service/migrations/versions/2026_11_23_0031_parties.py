"""Papers and addresses of the parties of a case, for the head of every form

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

WHO = ("debtor_identity", "debtor_address", "creditor_identity", "creditor_address")


def upgrade() -> None:
    """Give a case what its papers name of its parties."""
    for name in WHO:
        op.add_column("enforcement_case", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    for name in WHO:
        op.drop_column("enforcement_case", name)

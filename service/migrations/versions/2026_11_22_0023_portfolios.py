"""Hand-over of portfolios; the auction register

Revision ID: 0023
Revises: 0022
"""

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the room."""


def downgrade() -> None:
    """Take them away again."""

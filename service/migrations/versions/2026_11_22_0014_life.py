"""The life of an asset: its dated steps, and departures from a rule

Revision ID: 0014
Revises: 0013
"""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the room."""


def downgrade() -> None:
    """Take them away again."""

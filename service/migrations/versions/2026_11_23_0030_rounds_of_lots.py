"""What is said of a round names the lot of that round: one key for both

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

SAID = ("round_outcome", "price_reduction", "breach")
"""What holds a round and its lot."""


def upgrade() -> None:
    """Let the key of the lot and the round replace the two that knew nothing of each other."""
    op.create_unique_constraint(
        op.f("uq_auction_round_lot_id_id"), "auction_round", ["lot_id", "id"]
    )
    for table in SAID:
        op.drop_constraint(op.f(f"fk_{table}_lot_id"), table)
        op.drop_constraint(op.f(f"fk_{table}_round_id"), table)
        op.create_foreign_key(
            op.f(f"fk_{table}_lot_id_round_id"),
            table,
            "auction_round",
            ["lot_id", "round_id"],
            ["lot_id", "id"],
        )


def downgrade() -> None:
    """Give each its own key again."""
    for table in SAID:
        op.drop_constraint(op.f(f"fk_{table}_lot_id_round_id"), table)
        op.create_foreign_key(op.f(f"fk_{table}_lot_id"), table, "lot", ["lot_id"], ["id"])
        op.create_foreign_key(
            op.f(f"fk_{table}_round_id"), table, "auction_round", ["round_id"], ["id"]
        )
    op.drop_constraint(op.f("uq_auction_round_lot_id_id"), "auction_round")

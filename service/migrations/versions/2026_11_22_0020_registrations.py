"""Bidders, deposits, bids, rulings

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('round_ruling');
CALL kebien_append_only('deposit_entry');
CALL kebien_append_only('bid');
CALL kebien_append_only('lot_link');
CALL kebien_append_only('bidder_relation');
CALL kebien_scope_by_office('bidder_relation');
CALL kebien_scope_by_lot('round_ruling', 'kebien_sees_lot(lot_id)');
CALL kebien_scope_by_office('bidder');
CALL kebien_scope_by_office('deposit_entry');
CALL kebien_scope_by_office('bid');
CALL kebien_scope_by_lot('lot_link', 'kebien_sees_lot(from_lot_id) OR kebien_sees_lot(to_lot_id)');
GRANT SELECT, INSERT ON bidder_relation, round_ruling, bidder, deposit_entry, bid, lot_link TO kebien_app;
GRANT UPDATE (present_at) ON bidder TO kebien_app;
GRANT SELECT ON bidder_relation, round_ruling, bidder, deposit_entry, bid, lot_link TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    op.drop_constraint(op.f("fk_round_outcome_winner_id"), "round_outcome")
    for table in ("bidder_relation", "lot_link", "bid", "deposit_entry", "bidder", "round_ruling"):
        op.drop_table(table)


def create_tables() -> None:
    op.create_table(
        "bidder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity_number", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("representative", sa.Text(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tie", sa.Text(), nullable=True),
        sa.Column("tie_article", sa.Text(), nullable=True),
        sa.Column("tie_source", sa.Text(), nullable=True),
        sa.Column("match_found", sa.Text(), nullable=True),
        sa.Column("match_answer", sa.Text(), nullable=True),
        sa.Column("present_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(tie IS NULL) = (tie_article IS NULL)", name=op.f("ck_bidder_tie")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bidder_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_bidder_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_bidder_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bidder")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_bidder_round_id_number")),
        sa.UniqueConstraint(
            "round_id", "identity_number", name=op.f("uq_bidder_round_id_identity_number")
        ),
    )
    op.create_foreign_key(
        op.f("fk_round_outcome_winner_id"), "round_outcome", "bidder", ["winner_id"], ["id"]
    )
    op.create_table(
        "bidder_relation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity_number", sa.Text(), nullable=True),
        sa.Column("tie", sa.Text(), nullable=False),
        sa.Column("related_to", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bidder_relation_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_bidder_relation_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bidder_relation")),
    )
    op.create_index("ix_bidder_relation_lot_id", "bidder_relation", ["lot_id", "id"])
    op.create_table(
        "lot_link",
        sa.Column("from_lot_id", sa.BigInteger(), nullable=False),
        sa.Column("to_lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("from_lot_id <> to_lot_id", name=op.f("ck_lot_link_apart")),
        sa.ForeignKeyConstraint(["from_lot_id"], ["lot.id"], name=op.f("fk_lot_link_from_lot_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_lot_link_made_by_id")),
        sa.ForeignKeyConstraint(["to_lot_id"], ["lot.id"], name=op.f("fk_lot_link_to_lot_id")),
        sa.PrimaryKeyConstraint("from_lot_id", "to_lot_id", name=op.f("pk_lot_link")),
    )
    op.create_index("ix_lot_link_to_lot_id", "lot_link", ["to_lot_id"])
    op.create_table(
        "deposit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("bidder_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deposit_entry_amount")),
        sa.CheckConstraint(
            "(kind = 'forfeited') = (ground IS NOT NULL AND destination IS NOT NULL)",
            name=op.f("ck_deposit_entry_forfeited"),
        ),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["bidder.id"], name=op.f("fk_deposit_entry_bidder_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_deposit_entry_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_deposit_entry_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_deposit_entry_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_entry")),
        sa.UniqueConstraint("bidder_id", "kind", name=op.f("uq_deposit_entry_bidder_id_kind")),
    )
    op.create_index(
        "uq_deposit_entry_ended",
        "deposit_entry",
        ["bidder_id"],
        unique=True,
        postgresql_where=sa.text("kind <> 'paid'"),
    )
    op.create_index("ix_deposit_entry_round_id", "deposit_entry", ["round_id"])
    op.create_table(
        "bid",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("bidder_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'bid') = (amount IS NOT NULL)", name=op.f("ck_bid_amount")
        ),
        sa.ForeignKeyConstraint(["bidder_id"], ["bidder.id"], name=op.f("fk_bid_bidder_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_bid_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["auction_round.id"], name=op.f("fk_bid_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("round_id", "seq", name=op.f("uq_bid_round_id_seq")),
    )
    op.create_table(
        "round_ruling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("ruled_on", sa.Date(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "meaning IN ('failed', 'sold', 'neither')", name=op.f("ck_round_ruling_meaning")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_round_ruling_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_round_ruling_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_round_ruling_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["round_ruling.id"], name=op.f("fk_round_ruling_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_ruling")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_round_ruling_supersedes_id")),
    )
    op.create_index(
        "uq_round_ruling_first",
        "round_ruling",
        ["round_id"],
        unique=True,
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )
    op.create_index("ix_round_ruling_round_id_id", "round_ruling", ["round_id", "id"])
    op.create_index("ix_round_ruling_lot_id", "round_ruling", ["lot_id"])

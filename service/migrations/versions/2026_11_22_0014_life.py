"""The life of an asset: its dated steps, and departures from a rule

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AFTER = r"""
CALL kebien_append_only('asset_step');
CALL kebien_append_only('departure');
CALL kebien_append_only('departure_decision');
CALL kebien_append_only('departure_use');
CALL kebien_scope_by_asset('asset_step', true);
CALL kebien_scope_by_asset('measure', true);
CALL kebien_scope_by_office('departure');
CALL kebien_scope_by_office('departure_decision');
CALL kebien_scope_by_office('departure_use');

GRANT SELECT, INSERT ON asset_step, departure, departure_decision, departure_use TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON measure TO kebien_app;
GRANT SELECT ON measure TO kebien_reader;
GRANT SELECT ON asset_step, departure, departure_decision, departure_use TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_measures()
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    for table in ("departure_use", "departure_decision", "departure", "measure", "asset_step"):
        op.drop_table(table)


def create_measures() -> None:
    """What was done with a thing before its seizure."""
    op.create_table(
        "measure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_decision", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(decision_number IS NULL) = (decided_at IS NULL)", name=op.f("ck_measure_decided")
        ),
        sa.CheckConstraint(
            "minutes IS NOT NULL OR decision_number IS NOT NULL", name=op.f("ck_measure_paper")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_measure_asset_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_measure_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index("ix_measure_asset_id", "measure", ["asset_id"])
    op.create_index("ix_measure_case_id", "measure", ["case_id"])


def create_tables() -> None:
    """The steps, and the departures with what became of them."""
    op.create_table(
        "asset_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("life", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("unrecorded", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("afterwards", sa.Boolean(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("round_number", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_step_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_step")),
        sa.UniqueConstraint("asset_id", "seq", name=op.f("uq_asset_step_asset_id_seq")),
    )
    op.create_index("ix_asset_step_office_id_on_day", "asset_step", ["office_id", "on_day", "id"])
    op.create_index(
        "ix_asset_step_life",
        "asset_step",
        ["asset_id", "life", "seq"],
        postgresql_where=sa.text("life > 1"),
    )
    op.create_table(
        "departure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["legal_rule.id"], name=op.f("fk_departure_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
    )
    op.create_index(
        "ix_departure_subject", "departure", ["subject_kind", "subject_ref", "rule_key"]
    )
    op.create_index("ix_departure_office_id_id", "departure", ["office_id", "id"])
    op.create_table(
        "departure_decision",
        sa.Column("departure_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departure.id"], name=op.f("fk_departure_decision_departure_id")
        ),
        sa.PrimaryKeyConstraint("departure_id", name=op.f("pk_departure_decision")),
    )
    op.create_table(
        "departure_use",
        sa.Column("departure_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_id", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departure.id"], name=op.f("fk_departure_use_departure_id")
        ),
        sa.PrimaryKeyConstraint("departure_id", name=op.f("pk_departure_use")),
    )

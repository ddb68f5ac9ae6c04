"""Owners, encumbrances, collateral; costs; offers between rounds

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    "asset_title",
    "owner_share",
    "encumbrance",
    "collateral",
    "asset_region",
    "asset_home",
    "cost_item",
    "cost_repayment",
    "setoff",
    "priority_offer",
    "priority_answer",
    "asset_exit",
    "exit_expense",
    "unsold_return",
    "reduction_check",
    "seizure_recall",
    "round_diagnosis",
    "round_cause",
)
LEDGERS = (
    "asset_title",
    "owner_share",
    "asset_region",
    "asset_home",
    "cost_item",
    "cost_repayment",
    "priority_answer",
    "asset_exit",
    "exit_expense",
    "unsold_return",
    "reduction_check",
    "round_diagnosis",
    "round_cause",
)
CHANGED = ("encumbrance", "collateral", "setoff", "priority_offer", "seizure_recall")
OF_LOT = {
    "setoff": "kebien_sees_lot(lot_id)",
    "unsold_return": "kebien_sees_lot(lot_id)",
    "reduction_check": "kebien_sees_lot(lot_id)",
    "seizure_recall": "kebien_sees_lot(lot_id)",
    "round_diagnosis": "kebien_sees_lot(lot_id)",
    "round_cause": "EXISTS (SELECT FROM round_diagnosis d WHERE d.id = diagnosis_id)",
}


OF_DELEGATION = """
-- What an office spends on an asset it sells for another is seen, and repaid, by that other one.
CREATE POLICY of_delegation ON cost_item FOR SELECT
  USING (delegating_office_id = ANY ((SELECT kebien_offices())::bigint[]));
CREATE POLICY of_delegation ON cost_repayment FOR SELECT
  USING (by_office_id = ANY ((SELECT kebien_offices())::bigint[]));
CREATE POLICY by_delegation ON cost_repayment FOR INSERT
  WITH CHECK (by_office_id = ANY ((SELECT kebien_offices())::bigint[])
    AND EXISTS (SELECT FROM cost_item c WHERE c.id = cost_id
      AND c.delegating_office_id = by_office_id AND c.office_id = cost_repayment.office_id));
"""


def upgrade() -> None:
    """Make the tables of the rooms."""
    create_titles()
    create_costs()
    create_offers()
    create_diagnoses()
    for table in LEDGERS:
        op.execute(f"CALL kebien_append_only('{table}')")
    for table in TABLES:
        if table in OF_LOT:
            op.execute(f"CALL kebien_scope_by_lot('{table}', '{OF_LOT[table]}')")
        else:
            op.execute(f"CALL kebien_scope_by_asset('{table}', true)")
    op.execute(OF_DELEGATION)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(TABLES)} TO kebien_app")
    for table in CHANGED:
        op.execute(f"GRANT UPDATE ON {table} TO kebien_app")
    op.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO kebien_reader")


def create_titles() -> None:
    op.create_table(
        "asset_title",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("indivisible", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_title_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_asset_title_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_title")),
        sa.UniqueConstraint("asset_id", "from_on", name=op.f("uq_asset_title_asset_id_from_on")),
    )
    op.create_index("ix_asset_title_office_id", "asset_title", ["office_id"], unique=False)
    op.create_table(
        "owner_share",
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("over", sa.BigInteger(), nullable=False),
        sa.Column("under", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("over > 0 AND over <= under", name=op.f("ck_owner_share_share")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_owner_share_asset_id")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["asset_title.id"], name=op.f("fk_owner_share_title_id")
        ),
        sa.PrimaryKeyConstraint("title_id", "position", name=op.f("pk_owner_share")),
    )
    op.create_index("ix_owner_share_asset_id", "owner_share", ["asset_id"], unique=False)
    op.create_table(
        "encumbrance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("not_before_on", sa.Date(), nullable=True),
        sa.Column("value", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("act_by_on", sa.Date(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_how", sa.Text(), nullable=True),
        sa.Column("end_note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_how IS NULL)", name=op.f("ck_encumbrance_ended")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_encumbrance_value")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_encumbrance_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_encumbrance_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encumbrance")),
    )
    op.create_index("ix_encumbrance_asset_id", "encumbrance", ["asset_id"], unique=False)
    op.create_index("ix_encumbrance_office_id", "encumbrance", ["office_id"], unique=False)
    op.create_table(
        "collateral",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("secured_amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("holder_is_creditor", sa.Boolean(), nullable=False),
        sa.Column("seized_for_other", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_document", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "NOT (holder_is_creditor AND seized_for_other)", name=op.f("ck_collateral_holder")
        ),
        sa.CheckConstraint("secured_amount > 0", name=op.f("ck_collateral_amount")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_collateral_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_collateral_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collateral")),
    )
    op.create_index(
        "ix_collateral_asset_id",
        "collateral",
        ["asset_id"],
        unique=False,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index("ix_collateral_office_id", "collateral", ["office_id"], unique=False)
    op.create_table(
        "asset_region",
    "asset_home",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_region_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_asset_region_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_region")),
    )
    op.create_index(
        "ix_asset_region_asset_id", "asset_region", ["asset_id", "from_on", "id"], unique=False
    )
    op.create_table(
        "asset_home",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("only_home", sa.Boolean(), nullable=False),
        sa.Column("of_a_person", sa.Boolean(), nullable=False),
        sa.Column("year_rent", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("year_rent > 0", name=op.f("ck_asset_home_rent")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_home_asset_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_asset_home_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_home")),
    )
    op.create_index(
        "ix_asset_home_asset_id", "asset_home", ["asset_id", "from_on", "id"], unique=False
    )


def create_costs() -> None:
    op.create_table(
        "cost_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("bearer", sa.Text(), nullable=False),
        sa.Column("advanced_by", sa.Text(), nullable=True),
        sa.Column("delegating_office_id", sa.BigInteger(), nullable=True),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(asset_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_cost_item_subject")
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (amount > 0) AND amount <> 0", name=op.f("ck_cost_item_amount")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_cost_item_asset_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_cost_item_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["delegating_office_id"],
            ["office.id"],
            name=op.f("fk_cost_item_delegating_office_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_cost_item_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["cost_item.id"], name=op.f("fk_cost_item_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_item")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_cost_item_reverses_id")),
    )
    op.create_index("ix_cost_item_asset_id", "cost_item", ["asset_id"], unique=False)
    op.create_index("ix_cost_item_case_id", "cost_item", ["case_id"], unique=False)
    op.create_index("ix_cost_item_office_id", "cost_item", ["office_id"], unique=False)
    op.create_index(
        "ix_cost_item_delegating_office_id", "cost_item", ["delegating_office_id"], unique=False
    )
    op.create_table(
        "cost_repayment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cost_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("by_office_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("repaid_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_cost_repayment_amount")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_cost_repayment_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_office_id"], ["office.id"], name=op.f("fk_cost_repayment_by_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["cost_id"], ["cost_item.id"], name=op.f("fk_cost_repayment_cost_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_cost_repayment_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_repayment")),
    )
    op.create_index("ix_cost_repayment_asset_id", "cost_repayment", ["asset_id"], unique=False)
    op.create_index("ix_cost_repayment_cost_id", "cost_repayment", ["cost_id"], unique=False)
    op.create_index("ix_cost_repayment_office_id", "cost_repayment", ["office_id"], unique=False)


def create_offers() -> None:
    op.create_table(
        "setoff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("reductions", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("costs", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("owners", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("rent", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("deductions", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("to_pay", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_by_on", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer_document", sa.Text(), nullable=True),
        sa.Column("others_document", sa.Text(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("debtor_by_on", sa.Date(), nullable=True),
        sa.Column("debtor_notice", sa.Text(), nullable=True),
        sa.Column("pay_by_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_document", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("end_note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (accepted IS NULL)", name=op.f("ck_setoff_answered")
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (ending IS NULL)", name=op.f("ck_setoff_ended")),
        sa.CheckConstraint("accepted OR told_on IS NULL", name=op.f("ck_setoff_told")),
        sa.CheckConstraint("price >= 0 AND to_pay >= 0", name=op.f("ck_setoff_sums")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_setoff_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_setoff_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_setoff_round_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["legal_rule.id"], name=op.f("fk_setoff_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setoff")),
        sa.UniqueConstraint("round_id", name=op.f("uq_setoff_round_id")),
    )
    op.create_index("ix_setoff_office_id", "setoff", ["office_id"], unique=False)
    op.create_index(
        "uq_setoff_open",
        "setoff",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "priority_offer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("to_pay", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("answer_by_on", sa.Date(), nullable=False),
        sa.Column("pay_by_on", sa.Date(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=True),
        sa.Column("chosen_by", sa.Text(), nullable=True),
        sa.Column("chosen_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_document", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(chosen IS NULL) = (chosen_by IS NULL)", name=op.f("ck_priority_offer_chosen")
        ),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ending IS NULL)", name=op.f("ck_priority_offer_ended")
        ),
        sa.CheckConstraint(
            "price >= 0 AND to_pay >= 0 AND to_pay <= price", name=op.f("ck_priority_offer_sums")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_priority_offer_asset_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_priority_offer_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_priority_offer_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_priority_offer_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_priority_offer_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["title_id"], ["asset_title.id"], name=op.f("fk_priority_offer_title_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_offer")),
        sa.UniqueConstraint(
            "asset_id", "round_id", name=op.f("uq_priority_offer_asset_id_round_id")
        ),
    )
    op.create_index("ix_priority_offer_office_id", "priority_offer", ["office_id"], unique=False)
    op.create_index(
        "uq_priority_offer_open",
        "priority_offer",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "priority_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_priority_answer_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["priority_offer.id"], name=op.f("fk_priority_answer_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_priority_answer_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_answer")),
        sa.UniqueConstraint("offer_id", "owner", name=op.f("uq_priority_answer_offer_id_owner")),
    )
    op.create_index("ix_priority_answer_asset_id", "priority_answer", ["asset_id"], unique=False)
    op.create_table(
        "asset_exit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("debt", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("costs", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("expenses", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "debt >= 0 AND costs >= 0 AND expenses >= 0", name=op.f("ck_asset_exit_sums")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_exit_asset_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_asset_exit_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_asset_exit_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["legal_rule.id"], name=op.f("fk_asset_exit_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_exit")),
        sa.UniqueConstraint("asset_id", "left_on", name=op.f("uq_asset_exit_asset_id_left_on")),
    )
    op.create_index("ix_asset_exit_lot_id", "asset_exit", ["lot_id"], unique=False)
    op.create_index("ix_asset_exit_office_id", "asset_exit", ["office_id"], unique=False)
    op.create_table(
        "exit_expense",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("exit_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_exit_expense_amount")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_exit_expense_asset_id")),
        sa.ForeignKeyConstraint(
            ["exit_id"], ["asset_exit.id"], name=op.f("fk_exit_expense_exit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_expense")),
    )
    op.create_index("ix_exit_expense_asset_id", "exit_expense", ["asset_id"], unique=False)
    op.create_index("ix_exit_expense_exit_id", "exit_expense", ["exit_id"], unique=False)
    op.create_table(
        "unsold_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("last_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("reduced_value", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("costs", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_unsold_return_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_unsold_return_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_unsold_return_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_unsold_return_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsold_return")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_unsold_return_lot_id")),
    )
    op.create_index("ix_unsold_return_office_id", "unsold_return", ["office_id"], unique=False)
    op.create_table(
        "reduction_check",
        sa.Column("reduction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("floor", sa.Text(), nullable=False),
        sa.Column("considered", sa.Text(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_reduction_check_lot_id")),
        sa.ForeignKeyConstraint(
            ["reduction_id"], ["price_reduction.id"], name=op.f("fk_reduction_check_reduction_id")
        ),
        sa.PrimaryKeyConstraint("reduction_id", name=op.f("pk_reduction_check")),
    )
    op.create_index("ix_reduction_check_lot_id", "reduction_check", ["lot_id"], unique=False)
    op.create_index("ix_reduction_check_office_id", "reduction_check", ["office_id"], unique=False)
    op.create_table(
        "seizure_recall",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("secured", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("costs", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("recalled_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("holder_told", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(recalled_on IS NULL) = (decision_number IS NULL)",
            name=op.f("ck_seizure_recall_recalled"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_seizure_recall_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_seizure_recall_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seizure_recall")),
        sa.UniqueConstraint("lot_id", "found_on", name=op.f("uq_seizure_recall_lot_id_found_on")),
    )
    op.create_index(
        "ix_seizure_recall_office_id", "seizure_recall", ["office_id", "id"], unique=False
    )
    op.create_index(
        "uq_seizure_recall_open",
        "seizure_recall",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("recalled_on IS NULL"),
    )


def create_diagnoses() -> None:
    op.create_table(
        "round_diagnosis",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_round_diagnosis_lot_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_round_diagnosis_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["auction_round.id"], name=op.f("fk_round_diagnosis_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_diagnosis")),
        sa.UniqueConstraint("round_id", "seq", name=op.f("uq_round_diagnosis_round_id_seq")),
    )
    op.create_index("ix_round_diagnosis_lot_id", "round_diagnosis", ["lot_id"], unique=False)
    op.create_index("ix_round_diagnosis_office_id", "round_diagnosis", ["office_id"], unique=False)
    op.create_table(
        "round_cause",
        sa.Column("diagnosis_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["diagnosis_id"], ["round_diagnosis.id"], name=op.f("fk_round_cause_diagnosis_id")
        ),
        sa.PrimaryKeyConstraint("diagnosis_id", "cause", name=op.f("pk_round_cause")),
    )
    op.create_index(
        "ix_round_cause_office_id_cause", "round_cause", ["office_id", "cause"], unique=False
    )


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)

"""Valuation firms, contracts, notices and requests

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AFTER = r"""
-- The list of firms is the Ministry's, the same for every office; what an office notes of ties is its own.
CALL kebien_scope_by_office('firm_conflict');
CALL kebien_scope_by_office('price_council_member');
CALL kebien_scope_by_office('price_council_opinion');
CALL kebien_scope_by_asset('pricing_facts', true);
CALL kebien_scope_by_asset('valuation_contract', true);
CALL kebien_scope_by_asset('price_council', true);
CALL kebien_scope_by_asset('price_notice', true);
CALL kebien_scope_by_asset('revaluation', true);
CALL kebien_scope_by_asset('price_kept', true);

CALL kebien_append_only('pricing_facts');
CALL kebien_append_only('price_council_member');
CALL kebien_append_only('price_council_opinion');
CALL kebien_append_only('price_notice');
CALL kebien_append_only('price_kept');

GRANT SELECT, INSERT ON valuation_firm, firm_measure, firm_person, firm_conflict, valuation_contract,
  pricing_facts, price_council, price_council_member, price_council_opinion, price_notice, revaluation,
  price_kept TO kebien_app;
GRANT UPDATE (listed_to) ON valuation_firm TO kebien_app;
GRANT UPDATE (to_on) ON firm_measure, firm_person TO kebien_app;
GRANT UPDATE (ended_on) ON firm_conflict TO kebien_app;
GRANT UPDATE (closed_on, closed_reason) ON valuation_contract TO kebien_app;
GRANT UPDATE (closed_on) ON price_council TO kebien_app;
GRANT UPDATE (begun_on, done_on) ON revaluation TO kebien_app;
GRANT SELECT ON valuation_firm, firm_measure, firm_person, firm_conflict, valuation_contract,
  pricing_facts, price_council, price_council_member, price_council_opinion, price_notice, revaluation,
  price_kept TO kebien_reader;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    drop_tables()


def create_tables() -> None:
    op.create_table(
        "valuation_firm",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_key", sa.Text(), sa.Computed("vn_key(name)", persisted=True), nullable=False
        ),
        sa.Column("list_number", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("listed_from", sa.Date(), nullable=False),
        sa.Column("listed_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "searchable",
            sa.Text(),
            sa.Computed("vn_fold(name || ' ' || list_number || ' ' || province)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "listed_to IS NULL OR listed_to >= listed_from", name=op.f("ck_valuation_firm_listed")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_valuation_firm_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_valuation_firm")),
        sa.UniqueConstraint("list_number", name=op.f("uq_valuation_firm_list_number")),
    )
    op.create_index(
        "ix_valuation_firm_searchable",
        "valuation_firm",
        ["searchable"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"searchable": "gin_trgm_ops"},
    )
    op.create_table(
        "firm_measure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "to_on IS NULL OR to_on >= from_on", name=op.f("ck_firm_measure_period")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["valuation_firm.id"], name=op.f("fk_firm_measure_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_firm_measure_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_measure")),
    )
    op.create_index("ix_firm_measure_firm_id", "firm_measure", ["firm_id"], unique=False)
    op.create_table(
        "firm_person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_firm_person_period")),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["valuation_firm.id"], name=op.f("fk_firm_person_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_firm_person_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_person")),
    )
    op.create_index("ix_firm_person_firm_id", "firm_person", ["firm_id"], unique=False)
    op.create_table(
        "firm_conflict",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("tie", sa.Text(), nullable=False),
        sa.Column("tied_to", sa.Text(), nullable=False),
        sa.Column("tied_name", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "case_id IS NOT NULL OR staff_id IS NOT NULL", name=op.f("ck_firm_conflict_subject")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= declared_on", name=op.f("ck_firm_conflict_period")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_firm_conflict_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["valuation_firm.id"], name=op.f("fk_firm_conflict_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_firm_conflict_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_firm_conflict_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_firm_conflict_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_conflict")),
    )
    op.create_index("ix_firm_conflict_firm_id", "firm_conflict", ["firm_id"], unique=False)
    op.create_index(
        "ix_firm_conflict_office_id_firm_id",
        "firm_conflict",
        ["office_id", "firm_id"],
        unique=False,
    )
    op.create_table(
        "valuation_contract",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("result_due_on", sa.Date(), nullable=True),
        sa.Column("fee", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("outside_reason", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_article", sa.Text(), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= signed_on", name=op.f("ck_valuation_contract_period")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_valuation_contract_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["valuation_firm.id"], name=op.f("fk_valuation_contract_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_valuation_contract_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_valuation_contract_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_valuation_contract")),
    )
    op.create_index(
        "ix_valuation_contract_asset_id", "valuation_contract", ["asset_id"], unique=False
    )
    op.create_index(
        "ix_valuation_contract_firm_id", "valuation_contract", ["firm_id"], unique=False
    )
    op.create_index(
        "uq_valuation_contract_open",
        "valuation_contract",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.add_column("valuation", sa.Column("firm_id", sa.BigInteger(), nullable=True))
    op.add_column("valuation", sa.Column("contract_id", sa.BigInteger(), nullable=True))
    op.add_column("valuation", sa.Column("price_source", sa.Text(), nullable=True))
    op.add_column("valuation", sa.Column("paper", sa.Text(), nullable=True))
    op.add_column("valuation", sa.Column("anew", sa.Text(), nullable=True))
    op.add_column("valuation", sa.Column("anew_document", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_valuation_firm_id"), "valuation", "valuation_firm", ["firm_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_valuation_contract_id"), "valuation", "valuation_contract", ["contract_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_valuation_contract_id"), "valuation", ["contract_id"])
    op.create_index(
        "ix_valuation_firm_id",
        "valuation",
        ["firm_id"],
        unique=False,
        postgresql_where=sa.text("firm_id IS NOT NULL"),
    )
    op.create_index(
        "ix_valuation_office_id_valid_until",
        "valuation",
        ["office_id", "valid_until"],
        unique=False,
        postgresql_where=sa.text("valid_until IS NOT NULL AND asset_id IS NOT NULL"),
    )
    op.create_table(
        "pricing_facts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("worth", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("wage_region", sa.Text(), nullable=True),
        sa.Column("goods", sa.Text(), nullable=True),
        sa.Column("gold", sa.Text(), nullable=True),
        sa.Column("no_firm_reason", sa.Text(), nullable=True),
        sa.Column("finance_asked_on", sa.Date(), nullable=True),
        sa.Column("finance_answer", sa.Text(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("worth IS NULL OR worth >= 0", name=op.f("ck_pricing_facts_worth")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_pricing_facts_asset_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_pricing_facts_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["staff.id"], name=op.f("fk_pricing_facts_stated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pricing_facts")),
    )
    op.create_index("ix_pricing_facts_asset_id", "pricing_facts", ["asset_id", "id"], unique=False)
    op.create_table(
        "price_council",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("set_up_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_price_council_asset_id")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["price_council.id"], name=op.f("fk_price_council_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_price_council_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_price_council_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_council")),
    )
    op.create_index("ix_price_council_asset_id", "price_council", ["asset_id"], unique=False)
    op.create_index(
        "ix_price_council_first_id",
        "price_council",
        ["first_id"],
        unique=False,
        postgresql_where=sa.text("first_id IS NOT NULL"),
    )
    op.create_index(
        "uq_price_council_open",
        "price_council",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_table(
        "price_council_member",
        sa.Column("council_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("chairs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["price_council.id"], name=op.f("fk_price_council_member_council_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_price_council_member_office_id")
        ),
        sa.PrimaryKeyConstraint("council_id", "position", name=op.f("pk_price_council_member")),
    )
    op.create_index(
        "ix_price_council_member_office_id", "price_council_member", ["office_id"], unique=False
    )
    op.create_table(
        "price_council_opinion",
        sa.Column("council_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["price_council.id"], name=op.f("fk_price_council_opinion_council_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_price_council_opinion_office_id")
        ),
        sa.PrimaryKeyConstraint("council_id", "position", name=op.f("pk_price_council_opinion")),
    )
    op.create_index(
        "ix_price_council_opinion_office_id", "price_council_opinion", ["office_id"], unique=False
    )
    op.create_table(
        "price_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("valuation_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("advance", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("window_ends_on", sa.Date(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_price_notice_asset_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_price_notice_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_price_notice_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["valuation_id"], ["valuation.id"], name=op.f("fk_price_notice_valuation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_notice")),
        sa.UniqueConstraint("valuation_id", name=op.f("uq_price_notice_valuation_id")),
    )
    op.create_index("ix_price_notice_asset_id", "price_notice", ["asset_id"], unique=False)
    op.create_table(
        "revaluation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("valuation_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("request_number", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("advance", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("advance_receipt", sa.Text(), nullable=True),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("payer_article", sa.Text(), nullable=False),
        sa.Column("start_due_on", sa.Date(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(ground = 'request') = (request_number IS NOT NULL)",
            name=op.f("ck_revaluation_request"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_revaluation_asset_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_revaluation_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_revaluation_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["valuation_id"], ["valuation.id"], name=op.f("fk_revaluation_valuation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revaluation")),
        sa.UniqueConstraint(
            "asset_id", "request_number", name=op.f("uq_revaluation_asset_id_request_number")
        ),
    )
    op.create_index("ix_revaluation_asset_id", "revaluation", ["asset_id"], unique=False)
    op.create_index(
        "uq_revaluation_open",
        "revaluation",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("done_on IS NULL"),
    )
    op.create_table(
        "price_kept",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("valuation_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_price_kept_asset_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_price_kept_office_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_price_kept_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["valuation_id"], ["valuation.id"], name=op.f("fk_price_kept_valuation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_kept")),
        sa.UniqueConstraint("valuation_id", name=op.f("uq_price_kept_valuation_id")),
    )
    op.create_index("ix_price_kept_asset_id", "price_kept", ["asset_id"], unique=False)


def drop_tables() -> None:
    op.drop_index("ix_price_kept_asset_id", table_name="price_kept")
    op.drop_table("price_kept")
    op.drop_index("ix_revaluation_asset_id", table_name="revaluation")
    op.drop_index(
        "uq_revaluation_open", table_name="revaluation", postgresql_where=sa.text("done_on IS NULL")
    )
    op.drop_table("revaluation")
    op.drop_index("ix_price_notice_asset_id", table_name="price_notice")
    op.drop_table("price_notice")
    op.drop_index("ix_price_council_opinion_office_id", table_name="price_council_opinion")
    op.drop_table("price_council_opinion")
    op.drop_index("ix_price_council_member_office_id", table_name="price_council_member")
    op.drop_table("price_council_member")
    op.drop_index(
        "ix_price_council_first_id",
        table_name="price_council",
        postgresql_where=sa.text("first_id IS NOT NULL"),
    )
    op.drop_index("ix_price_council_asset_id", table_name="price_council")
    op.drop_index(
        "uq_price_council_open",
        table_name="price_council",
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_table("price_council")
    op.drop_index("ix_pricing_facts_asset_id", table_name="pricing_facts")
    op.drop_table("pricing_facts")
    op.drop_index(
        "ix_valuation_office_id_valid_until",
        table_name="valuation",
        postgresql_where=sa.text("valid_until IS NOT NULL AND asset_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_valuation_firm_id",
        table_name="valuation",
        postgresql_where=sa.text("firm_id IS NOT NULL"),
    )
    op.drop_constraint(op.f("uq_valuation_contract_id"), "valuation", type_="unique")
    op.drop_constraint(op.f("fk_valuation_contract_id"), "valuation", type_="foreignkey")
    op.drop_constraint(op.f("fk_valuation_firm_id"), "valuation", type_="foreignkey")
    for name in ("paper", "price_source", "contract_id", "firm_id"):
        op.drop_column("valuation", name)
    op.drop_index("ix_valuation_contract_asset_id", table_name="valuation_contract")
    op.drop_index("ix_valuation_contract_firm_id", table_name="valuation_contract")
    op.drop_index(
        "uq_valuation_contract_open",
        table_name="valuation_contract",
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_table("valuation_contract")
    op.drop_index("ix_firm_conflict_firm_id", table_name="firm_conflict")
    op.drop_index("ix_firm_conflict_office_id_firm_id", table_name="firm_conflict")
    op.drop_table("firm_conflict")
    op.drop_index("ix_firm_person_firm_id", table_name="firm_person")
    op.drop_table("firm_person")
    op.drop_index("ix_firm_measure_firm_id", table_name="firm_measure")
    op.drop_table("firm_measure")
    op.drop_index(
        "ix_valuation_firm_searchable",
        table_name="valuation_firm",
        postgresql_using="gin",
        postgresql_ops={"searchable": "gin_trgm_ops"},
    )
    op.drop_table("valuation_firm")

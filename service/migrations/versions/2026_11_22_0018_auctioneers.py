"""Auction organisations: calls, scores, contracts

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = r"""
CREATE SEQUENCE call_id_seq;
"""
AFTER = r"""
-- The register of organisations is one for all offices; calls and contracts are an office's own.
CALL kebien_append_only('call_criterion');
CALL kebien_append_only('contract_appendix');
CALL kebien_scope_by_office('organisation_call');
CALL kebien_scope_by_office('organisation_tie');
CALL kebien_scope_by_office('call_criterion');
CALL kebien_scope_by_office('call_applicant');
CALL kebien_scope_by_office('call_score');
CALL kebien_scope_by_office('auction_contract');
CALL kebien_scope_by_office('contract_appendix');

GRANT SELECT, INSERT ON organisation_sanction, call_criterion, contract_appendix TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON organisation_tie, auction_organisation, auctioneer, organisation_call, call_applicant,
  call_score, auction_contract TO kebien_app;
GRANT USAGE ON SEQUENCE call_id_seq TO kebien_app;
GRANT SELECT ON organisation_tie, auction_organisation, auctioneer, organisation_sanction, organisation_call,
  call_criterion, call_applicant, call_score, auction_contract, contract_appendix TO kebien_reader;
"""
UNDO = r"""
DROP SEQUENCE call_id_seq;
"""


def upgrade() -> None:
    """Make the tables of the room."""
    op.execute(sa.text(BEFORE))
    create_tables()
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    drop_tables()
    op.execute(sa.text(UNDO))


def create_tables() -> None:
    op.create_table(
        "auction_organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("head_name", sa.Text(), nullable=True),
        sa.Column("listed_from", sa.Date(), nullable=True),
        sa.Column("listed_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "listed_to IS NULL OR listed_to >= listed_from",
            name=op.f("ck_auction_organisation_listed"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_auction_organisation_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_auction_organisation_code")),
    )
    op.create_table(
        "auctioneer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence_number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_auctioneer_validity")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["auction_organisation.id"],
            name=op.f("fk_auctioneer_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_auctioneer_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auctioneer")),
        sa.UniqueConstraint(
            "organisation_id",
            "licence_number",
            "valid_from",
            name=op.f("uq_auctioneer_organisation_id_licence_number_valid_from"),
        ),
    )
    op.create_index("ix_auctioneer_licence_number", "auctioneer", ["licence_number"], unique=False)
    op.create_table(
        "organisation_sanction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("counts_until", sa.Date(), nullable=True),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "counts_until IS NULL OR counts_until >= decided_on",
            name=op.f("ck_organisation_sanction_days"),
        ),
        sa.CheckConstraint(
            "percent > 0 AND percent <= 100", name=op.f("ck_organisation_sanction_percent")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["auction_organisation.id"],
            name=op.f("fk_organisation_sanction_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_organisation_sanction_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_sanction")),
    )
    op.create_index(
        "ix_organisation_sanction_organisation_id",
        "organisation_sanction",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "organisation_tie",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("tied_to", sa.Text(), nullable=False),
        sa.Column("tied_name", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(case_id IS NULL) <> (staff_id IS NULL)", name=op.f("ck_organisation_tie_subject")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= declared_on", name=op.f("ck_organisation_tie_period")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_organisation_tie_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["auction_organisation.id"],
            name=op.f("fk_organisation_tie_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_organisation_tie_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_organisation_tie_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_organisation_tie_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_tie")),
    )
    op.create_index(
        "ix_organisation_tie_organisation_id", "organisation_tie", ["organisation_id"], unique=False
    )
    op.create_index("ix_organisation_tie_office_id", "organisation_tie", ["office_id"], unique=False)
    op.create_table(
        "organisation_call",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("starting_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("site_on", sa.Date(), nullable=False),
        sa.Column("site_address", sa.Text(), nullable=True),
        sa.Column("portal_on", sa.Date(), nullable=False),
        sa.Column("portal_number", sa.Text(), nullable=True),
        sa.Column("files_place", sa.Text(), nullable=False),
        sa.Column("files_from", sa.Date(), nullable=False),
        sa.Column("files_until", sa.Date(), nullable=False),
        sa.Column("chosen_id", sa.BigInteger(), nullable=True),
        sa.Column("chosen_on", sa.Date(), nullable=True),
        sa.Column("chosen_reason", sa.Text(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("result_due_on", sa.Date(), nullable=True),
        sa.Column("result_number", sa.Text(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(cancelled_on IS NULL) = (cancel_reason IS NULL)",
            name=op.f("ck_organisation_call_cancelled"),
        ),
        sa.CheckConstraint(
            "(chosen_id IS NULL) = (chosen_on IS NULL)", name=op.f("ck_organisation_call_chosen")
        ),
        sa.CheckConstraint("files_until >= files_from", name=op.f("ck_organisation_call_files")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_organisation_call_lot_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_organisation_call_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_organisation_call_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_call")),
        sa.UniqueConstraint("reference", name=op.f("uq_organisation_call_reference")),
    )
    op.create_index(
        "ix_organisation_call_office_id_id", "organisation_call", ["office_id", "id"], unique=False
    )
    op.create_index(
        "uq_organisation_call_open",
        "organisation_call",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("cancelled_on IS NULL AND used_at IS NULL"),
    )
    op.create_table(
        "call_criterion",
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("most", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["organisation_call.id"], name=op.f("fk_call_criterion_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_call_criterion_office_id")
        ),
        sa.PrimaryKeyConstraint("call_id", "position", name=op.f("pk_call_criterion")),
    )
    op.create_table(
        "call_applicant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("file_note", sa.Text(), nullable=True),
        sa.Column("fit", sa.Boolean(), nullable=True),
        sa.Column("excluded_why", sa.Text(), nullable=True),
        sa.Column("excluded_words", sa.Text(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("deduction", sa.BigInteger(), nullable=True),
        sa.Column("points", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(excluded_why IS NULL) = (excluded_words IS NULL)",
            name=op.f("ck_call_applicant_excluded"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["organisation_call.id"], name=op.f("fk_call_applicant_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_call_applicant_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["auction_organisation.id"],
            name=op.f("fk_call_applicant_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_call_applicant_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_applicant")),
        sa.UniqueConstraint(
            "call_id", "organisation_id", name=op.f("uq_call_applicant_call_id_organisation_id")
        ),
    )
    op.create_table(
        "call_score",
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["call_applicant.id"], name=op.f("fk_call_score_applicant_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_call_score_office_id")),
        sa.ForeignKeyConstraint(
            ["scored_by_id"], ["staff.id"], name=op.f("fk_call_score_scored_by_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", "position", name=op.f("pk_call_score")),
    )
    op.create_table(
        "auction_contract",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("way_document", sa.Text(), nullable=True),
        sa.Column("way_on", sa.Date(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starting_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("vat_included", sa.Boolean(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("fee_words", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("pause_clause", sa.Boolean(), nullable=False),
        sa.Column("stop_clause", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_kind", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(organisation_id IS NULL) = (way = 'officer')",
            name=op.f("ck_auction_contract_organisation"),
        ),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_kind IS NULL)", name=op.f("ck_auction_contract_ended")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["organisation_call.id"], name=op.f("fk_auction_contract_call_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_auction_contract_lot_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_auction_contract_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["auction_organisation.id"],
            name=op.f("fk_auction_contract_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_auction_contract_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_auction_contract_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_contract")),
        sa.UniqueConstraint(
            "office_id",
            "number",
            "signed_on",
            name=op.f("uq_auction_contract_office_id_number_signed_on"),
        ),
    )
    op.create_index("ix_auction_contract_lot_id", "auction_contract", ["lot_id"], unique=False)
    op.create_index(
        "ix_auction_contract_organisation_id", "auction_contract", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_auction_contract_in_force",
        "auction_contract",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "contract_appendix",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starting_price", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("vat_included", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["auction_contract.id"], name=op.f("fk_contract_appendix_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_contract_appendix_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_contract_appendix_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_appendix")),
        sa.UniqueConstraint(
            "contract_id", "number", name=op.f("uq_contract_appendix_contract_id_number")
        ),
    )


def drop_tables() -> None:
    op.drop_table("contract_appendix")
    op.drop_table("auction_contract")
    op.drop_table("call_score")
    op.drop_table("call_applicant")
    op.drop_table("call_criterion")
    op.drop_table("organisation_call")
    op.drop_table("organisation_tie")
    op.drop_table("organisation_sanction")
    op.drop_table("auctioneer")
    op.drop_table("auction_organisation")

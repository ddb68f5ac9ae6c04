"""Hand-overs, loans, transfers

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = r"""
CREATE SEQUENCE handover_id_seq;
CREATE SEQUENCE transfer_id_seq;
CREATE SEQUENCE loan_id_seq;
"""
AFTER = r"""
-- What goes from one office to another is seen and answered by both, and begun by the sender.
CREATE PROCEDURE kebien_scope_by_sides(tbl regclass) LANGUAGE plpgsql AS $$
DECLARE sides text := '(SELECT kebien_sees_all()) OR office_id = ANY ((SELECT kebien_offices())::bigint[])'
  ' OR to_office_id = ANY ((SELECT kebien_offices())::bigint[])'; BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY seen ON %s FOR SELECT USING (%s)', tbl, sides);
  EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE USING (%s)', tbl, sides);
  EXECUTE format('CREATE POLICY added ON %s FOR INSERT WITH CHECK ((SELECT kebien_sees_all())'
    ' OR office_id = ANY ((SELECT kebien_offices())::bigint[]))', tbl);
END $$;

-- Things on their way become the receiving office's, so that it can write what it does with them; who
-- asks must be of that office, and the things must be on their way to it by this transfer. What is open
-- for them goes along (0024).
CREATE FUNCTION kebien_take_over(transfer_asked bigint, assets bigint[]) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE new_office bigint; taken bigint; BEGIN
  SELECT t.to_office_id INTO new_office FROM transfer t WHERE t.id = transfer_asked AND t.closed_at IS NULL;
  IF new_office IS NULL OR NOT kebien_sees(new_office) THEN
    RAISE EXCEPTION 'transfer % is not received here', transfer_asked USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM FROM holding h WHERE h.asset_id = ANY (assets) ORDER BY h.asset_id FOR UPDATE;
  UPDATE holding h SET office_id = new_office FROM transfer_line l
    WHERE l.transfer_id = transfer_asked AND l.asset_id = ANY (assets) AND l.arrived_seq IS NULL
      AND h.asset_id = l.asset_id AND h.kind = 'sent' AND h.seq = l.sent_seq;
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF taken <> cardinality(assets) THEN
    RAISE EXCEPTION 'not all are on their way by transfer %', transfer_asked
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE asset SET office_id = new_office, case_id = NULL, version = version + 1 WHERE id = ANY (assets);
  PERFORM kebien_bring_along(assets, new_office);
  RETURN taken;
END $$;

CALL kebien_append_only('handover_signature');
CALL kebien_append_only('loan_note');
CALL kebien_scope_by_office('handover');
CALL kebien_scope_by_office('handover_line');
CALL kebien_scope_by_office('handover_signature');
CALL kebien_scope_by_sides('transfer');
CALL kebien_scope_by_sides('transfer_line');
CALL kebien_scope_by_office('loan');
CALL kebien_scope_by_office('loan_line');
CALL kebien_scope_by_office('loan_note');

GRANT SELECT, INSERT, UPDATE ON handover, handover_line, transfer, transfer_line, loan, loan_line
  TO kebien_app;
GRANT SELECT, INSERT ON handover_signature, loan_note TO kebien_app;
GRANT USAGE ON SEQUENCE handover_id_seq, transfer_id_seq, loan_id_seq TO kebien_app;
GRANT SELECT ON handover, handover_line, handover_signature, transfer, transfer_line, loan,
  loan_line, loan_note TO kebien_reader;
"""
UNDO = r"""
DROP FUNCTION kebien_take_over;
DROP PROCEDURE kebien_scope_by_sides;
DROP SEQUENCE handover_id_seq, transfer_id_seq, loan_id_seq;
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
        "handover",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("giver_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("giver_name", sa.Text(), nullable=False),
        sa.Column("giver_post", sa.Text(), nullable=False),
        sa.Column("receiver_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("receiver_name", sa.Text(), nullable=False),
        sa.Column("receiver_post", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "giver_staff_id IS NOT NULL OR receiver_staff_id IS NOT NULL",
            name=op.f("ck_handover_one_of_us"),
        ),
        sa.ForeignKeyConstraint(
            ["giver_staff_id"], ["staff.id"], name=op.f("fk_handover_giver_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["staff.id"], name=op.f("fk_handover_offered_by_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_handover_office_id")),
        sa.ForeignKeyConstraint(
            ["receiver_staff_id"], ["staff.id"], name=op.f("fk_handover_receiver_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("reference", name=op.f("uq_handover_reference")),
    )
    op.create_index(
        "ix_handover_open",
        "handover",
        ["office_id", "answer_by", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "loan",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("borrower", sa.Text(), nullable=False),
        sa.Column("taker_name", sa.Text(), nullable=False),
        sa.Column("taker_post", sa.Text(), nullable=False),
        sa.Column("taker_proof", sa.Text(), nullable=False),
        sa.Column("taker_proof_number", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("request_number", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_on >= first_due_on", name=op.f("ck_loan_extended")),
        sa.ForeignKeyConstraint(["lent_by_id"], ["staff.id"], name=op.f("fk_loan_lent_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_loan_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("reference", name=op.f("uq_loan_reference")),
    )
    op.create_index(
        "ix_loan_open",
        "loan",
        ["office_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "handover_signature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("proof_number", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("witness_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_signature_handover_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_handover_signature_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["staff.id"], name=op.f("fk_handover_signature_witness_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_signature")),
    )
    op.create_index(
        "ix_handover_signature_handover_id", "handover_signature", ["handover_id"], unique=False
    )
    op.create_table(
        "loan_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("loan_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spoken_with", sa.Text(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tier", sa.BigInteger(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_note_loan_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_loan_note_office_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_loan_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_note")),
    )
    op.create_index("ix_loan_note_loan_id", "loan_note", ["loan_id"], unique=False)
    op.create_index(
        "uq_loan_note_reminder",
        "loan_note",
        ["loan_id", "due_on", "tier"],
        unique=True,
        postgresql_where=sa.text("kind = 'reminder'"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("to_office_id", sa.BigInteger(), nullable=False),
        sa.Column("to_place_id", sa.BigInteger(), nullable=True),
        sa.Column("whole_place_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier_staff_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier_name", sa.Text(), nullable=False),
        sa.Column("carrier_post", sa.Text(), nullable=False),
        sa.Column("carrier_proof", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(to_place_id IS NULL) = (to_office_id <> office_id)", name=op.f("ck_transfer_whereto")
        ),
        sa.ForeignKeyConstraint(
            ["carrier_staff_id"], ["staff.id"], name=op.f("fk_transfer_carrier_staff_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_transfer_office_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["staff.id"], name=op.f("fk_transfer_sent_by_id")),
        sa.ForeignKeyConstraint(
            ["to_office_id"], ["office.id"], name=op.f("fk_transfer_to_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_place_id"], ["place.id"], name=op.f("fk_transfer_to_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["whole_place_id"], ["place.id"], name=op.f("fk_transfer_whole_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("reference", name=op.f("uq_transfer_reference")),
    )
    op.create_index(
        "ix_transfer_open",
        "transfer",
        ["office_id", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_transfer_to_office_id", "transfer", ["to_office_id", "id"], unique=False
    )
    op.create_table(
        "handover_line",
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_handover_line_answered")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_handover_line_asset_id")),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_line_handover_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_handover_line_office_id")
        ),
        sa.PrimaryKeyConstraint("handover_id", "asset_id", name=op.f("pk_handover_line")),
    )
    op.create_index("ix_handover_line_asset_id", "handover_line", ["asset_id", "seq"], unique=False)
    op.create_index(
        "uq_handover_line_open",
        "handover_line",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("answer IS NULL"),
    )
    op.create_table(
        "loan_line",
        sa.Column("loan_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("home_place_id", sa.BigInteger(), nullable=False),
        sa.Column("lent_seq", sa.BigInteger(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by_id", sa.BigInteger(), nullable=True),
        sa.Column("brought_by", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("returned_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_loan_line_asset_id")),
        sa.ForeignKeyConstraint(
            ["home_place_id"], ["place.id"], name=op.f("fk_loan_line_home_place_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_line_loan_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_loan_line_office_id")),
        sa.ForeignKeyConstraint(
            ["returned_by_id"], ["staff.id"], name=op.f("fk_loan_line_returned_by_id")
        ),
        sa.PrimaryKeyConstraint("loan_id", "asset_id", name=op.f("pk_loan_line")),
    )
    op.create_index(
        "uq_loan_line_out",
        "loan_line",
        ["asset_id"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_table(
        "transfer_line",
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("to_office_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=20, scale=3), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("seals", postgresql.JSONB(), nullable=False),
        sa.Column("from_place_id", sa.BigInteger(), nullable=False),
        sa.Column("from_place", sa.Text(), nullable=False),
        sa.Column("sent_seq", sa.BigInteger(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.BigInteger(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("came_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_back_by_id", sa.BigInteger(), nullable=True),
        sa.Column("arrived_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "came_back_at IS NULL OR arrived_seq IS NOT NULL",
            name=op.f("ck_transfer_line_came_back"),
        ),
        sa.CheckConstraint(
            "(arrival IS NULL) = (said_at IS NULL)", name=op.f("ck_transfer_line_said")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_transfer_line_asset_id")),
        sa.ForeignKeyConstraint(
            ["came_back_by_id"], ["staff.id"], name=op.f("fk_transfer_line_came_back_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_place_id"], ["place.id"], name=op.f("fk_transfer_line_from_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_transfer_line_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["staff.id"], name=op.f("fk_transfer_line_said_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_office_id"], ["office.id"], name=op.f("fk_transfer_line_to_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_line_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", "asset_id", name=op.f("pk_transfer_line")),
    )
    op.create_index("ix_transfer_line_asset_id", "transfer_line", ["asset_id"], unique=False)


def drop_tables() -> None:
    op.drop_index("ix_transfer_line_asset_id", table_name="transfer_line")
    op.drop_table("transfer_line")
    op.drop_index(
        "uq_loan_line_out", table_name="loan_line", postgresql_where=sa.text("returned_at IS NULL")
    )
    op.drop_table("loan_line")
    op.drop_index(
        "uq_handover_line_open",
        table_name="handover_line",
        postgresql_where=sa.text("answer IS NULL"),
    )
    op.drop_index("ix_handover_line_asset_id", table_name="handover_line")
    op.drop_table("handover_line")
    op.drop_index("ix_transfer_to_office_id", table_name="transfer")
    op.drop_index(
        "ix_transfer_open", table_name="transfer", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("transfer")
    op.drop_index(
        "uq_loan_note_reminder",
        table_name="loan_note",
        postgresql_where=sa.text("kind = 'reminder'"),
    )
    op.drop_index("ix_loan_note_loan_id", table_name="loan_note")
    op.drop_table("loan_note")
    op.drop_index("ix_handover_signature_handover_id", table_name="handover_signature")
    op.drop_table("handover_signature")
    op.drop_index("ix_loan_open", table_name="loan", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_table("loan")
    op.drop_index(
        "ix_handover_open", table_name="handover", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("handover")

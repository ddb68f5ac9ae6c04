"""Annulments of wrong terminations

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AFTER = """
-- Numbers of decisions begin anew with every year.
CREATE UNIQUE INDEX uq_termination_annulment_office_id_decision_number ON termination_annulment
  (office_id, decision_number, EXTRACT(year FROM decided_on));
ALTER TABLE case_termination DROP CONSTRAINT uq_case_termination_office_id_decision_number;
CREATE UNIQUE INDEX uq_case_termination_office_id_decision_number ON case_termination
  (office_id, decision_number, EXTRACT(year FROM decided_on));
CALL kebien_append_only('termination_annulment');
CALL kebien_scope_by_office('termination_annulment');
GRANT SELECT, INSERT ON termination_annulment TO kebien_app;
GRANT SELECT ON termination_annulment TO kebien_reader;
DROP INDEX uq_case_termination_whole;
-- A whole case is terminated once, and again only after that was annulled.
CREATE FUNCTION kebien_terminated_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT FROM case_termination AS t WHERE t.case_id = NEW.case_id AND t.scope = 'whole'
      AND NOT EXISTS (SELECT FROM termination_annulment AS a WHERE a.termination_id = t.id)) THEN
    RAISE EXCEPTION 'case % is terminated', NEW.case_id
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_case_termination_whole';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER terminated_once BEFORE INSERT ON case_termination
  FOR EACH ROW EXECUTE FUNCTION kebien_terminated_once();
"""
BACK = """
DROP INDEX uq_case_termination_office_id_decision_number;
ALTER TABLE case_termination ADD CONSTRAINT uq_case_termination_office_id_decision_number
  UNIQUE (office_id, decision_number);
DROP TRIGGER terminated_once ON case_termination;
DROP FUNCTION kebien_terminated_once;
CREATE UNIQUE INDEX uq_case_termination_whole ON case_termination (case_id) WHERE scope = 'whole';
"""


def upgrade() -> None:
    """Make the table, and let a case be terminated again after an annulment."""
    op.create_table(
        "termination_annulment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("termination_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revived", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("revived >= 0", name=op.f("ck_termination_annulment_revived")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_termination_annulment_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["termination_id"],
            ["case_termination.id"],
            name=op.f("fk_termination_annulment_termination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["legal_rule.id"], name=op.f("fk_termination_annulment_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_termination_annulment_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_termination_annulment")),
        sa.UniqueConstraint("termination_id", name=op.f("uq_termination_annulment_termination_id")),
    )
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take it away again."""
    op.execute(sa.text(BACK))
    op.drop_table("termination_annulment")

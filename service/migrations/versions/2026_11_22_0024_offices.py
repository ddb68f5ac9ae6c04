"""What goes along when an asset changes offices, and when an office ends

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AFTER = r"""
-- Every change of office, whatever makes it; the policies ask for it (0003).
CREATE FUNCTION kebien_keep_office_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN
  INSERT INTO office_change (asset_id, from_office_id, to_office_id)
  VALUES (NEW.id, OLD.office_id, NEW.office_id);
  RETURN NULL;
END $$;
CREATE TRIGGER changed_office AFTER UPDATE OF office_id ON asset
  FOR EACH ROW WHEN (OLD.office_id <> NEW.office_id) EXECUTE FUNCTION kebien_keep_office_change();
CALL kebien_append_only('office_change');
ALTER TABLE office_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON office_change FOR SELECT USING ((SELECT kebien_sees_all())
  OR from_office_id = ANY ((SELECT kebien_offices())::bigint[])
  OR to_office_id = ANY ((SELECT kebien_offices())::bigint[]));
GRANT SELECT ON office_change TO kebien_app, kebien_reader;

-- What is open for some assets becomes the office's that has them now: their counters, flags and reviews
-- to answer, limits, holds, the newest price and those being found. What an office did stays its own, and
-- is read through the asset. Called by what moves assets only: nobody may ask for it.
CREATE FUNCTION kebien_bring_along(assets bigint[], new_office bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  UPDATE failure_run SET office_id = new_office WHERE asset_id = ANY (assets);
  UPDATE flag SET office_id = new_office WHERE asset_id = ANY (assets) AND closed_at IS NULL;
  UPDATE review SET office_id = new_office WHERE asset_id = ANY (assets) AND concluded_at IS NULL;
  UPDATE deadline SET office_id = new_office
    WHERE asset_id = ANY (assets) AND met_on IS NULL AND voided_on IS NULL;
  WITH held AS (
    UPDATE hold h SET office_id = new_office WHERE h.ended_on IS NULL AND h.subject_kind = 'asset'
      AND h.subject_id = ANY (assets) RETURNING h.id)
  UPDATE standstill s SET office_id = new_office FROM held WHERE s.hold_id = held.id AND s.to_on IS NULL;
  UPDATE valuation SET office_id = new_office WHERE id IN (
    SELECT n.id FROM unnest(assets) AS x (id) CROSS JOIN LATERAL (
      SELECT v.id FROM valuation v WHERE v.asset_id = x.id
      ORDER BY v.valued_on DESC, v.id DESC LIMIT 1) AS n);
  UPDATE valuation_contract SET office_id = new_office
    WHERE asset_id = ANY (assets) AND closed_on IS NULL;
  UPDATE price_council SET office_id = new_office WHERE asset_id = ANY (assets) AND closed_on IS NULL;
  UPDATE revaluation SET office_id = new_office WHERE asset_id = ANY (assets) AND done_on IS NULL;
  UPDATE priority_offer SET office_id = new_office WHERE asset_id = ANY (assets) AND ended_on IS NULL;
END $$;
REVOKE ALL ON FUNCTION kebien_bring_along FROM PUBLIC;

-- A right, a house, a thing at its keeper's outside: what lies in no warehouse comes to the office that is to
-- sell it with its word alone, and goes back when the delegation ends, if that office has not offered it.
-- False where there is nothing to give back.
CREATE FUNCTION kebien_move_delegated(asked bigint) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE d disposal_delegation; here bigint; there bigint; BEGIN
  SELECT * INTO d FROM disposal_delegation WHERE id = asked FOR UPDATE;
  here := CASE WHEN d.ended_on IS NULL THEN d.from_office_id ELSE d.to_office_id END;
  there := CASE WHEN d.ended_on IS NULL THEN d.to_office_id ELSE d.from_office_id END;
  IF d.id IS NULL OR NOT kebien_sees(there) THEN
    RAISE EXCEPTION 'delegation % is not taken up here', asked USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM FROM asset WHERE id = d.asset_id AND office_id = here FOR UPDATE;
  IF NOT FOUND
    OR EXISTS (SELECT FROM holding h WHERE h.asset_id = d.asset_id
      AND (h.place_id IS NOT NULL OR h.kind IN ('sent', 'lent')))
    OR EXISTS (SELECT FROM lot_asset x JOIN lot l ON l.id = x.lot_id
      WHERE x.asset_id = d.asset_id AND l.closed_on IS NULL)
    OR (SELECT s.state IN ('sold_unpaid', 'sold_paid') FROM asset_step s
      WHERE s.asset_id = d.asset_id ORDER BY s.seq DESC LIMIT 1) THEN
    IF d.ended_on IS NOT NULL THEN RETURN false; END IF;
    RAISE EXCEPTION 'the asset of delegation % is not free', asked
      USING ERRCODE = 'check_violation', CONSTRAINT = 'delegated_free';
  END IF;
  UPDATE asset SET office_id = there, case_id = NULL, version = version + 1 WHERE id = d.asset_id;
  UPDATE holding SET office_id = there WHERE asset_id = d.asset_id;
  PERFORM kebien_bring_along(ARRAY[d.asset_id], there);
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION kebien_move_delegated FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kebien_move_delegated TO kebien_app;

-- What each asset in sight and all assets of its lot were worth on a day: also where the others of the
-- lot are of another office, whose single values stay its own. Nothing where not all had a value.
CREATE FUNCTION kebien_worth_in_lots(lots bigint[], days date[])
RETURNS TABLE (lot_id bigint, asset_id bigint, amount numeric, total numeric) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.lot_id, v.asset_id, v.amount, v.total
  FROM (
    SELECT l.lot_id, l.asset_id, a.office_id, n.amount,
      sum(n.amount) OVER whole AS total, count(n.amount) OVER whole = count(*) OVER whole AS known
    FROM unnest(lots, days) AS asked (lot_id, day_on)
    JOIN lot_asset l ON l.lot_id = asked.lot_id
    JOIN asset a ON a.id = l.asset_id
    LEFT JOIN LATERAL (
      SELECT w.amount FROM valuation w
      WHERE w.asset_id = l.asset_id AND w.valued_on <= asked.day_on
        AND (w.valid_until IS NULL OR w.valid_until >= asked.day_on)
      ORDER BY w.valued_on DESC, w.id DESC LIMIT 1) AS n ON true
    WINDOW whole AS (PARTITION BY l.lot_id)) AS v
  WHERE v.known AND v.total > 0 AND kebien_sees(v.office_id)
$$;
REVOKE ALL ON FUNCTION kebien_worth_in_lots FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kebien_worth_in_lots TO kebien_app;

-- What an office that ended leaves to its successor: whatever it still works on. What is done keeps the
-- name of the office that did it; the successor sees it too, as its sight takes in those before it.
-- Asked by who arranges offices, and only once the end stands in the table of offices.
CREATE FUNCTION kebien_succeed(old_office bigint, OUT assets bigint, OUT cases bigint, OUT places bigint,
  OUT lots bigint, OUT limits bigint) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ended office; new_office bigint; living text[]; moved bigint; BEGIN
  SELECT * INTO ended FROM office o WHERE o.id = old_office AND o.successor_id IS NOT NULL
    AND o.valid_to IS NOT NULL;
  IF ended.id IS NULL OR NOT (kebien_sees_all() OR EXISTS (SELECT FROM appointment a
      WHERE a.staff_id::text = current_setting('kebien.staff', true) AND a.role = 'administrator'
        AND coalesce(a.valid_to, ended.valid_to) >= ended.valid_to)) THEN
    RAISE EXCEPTION 'office % is not succeeded here', old_office USING ERRCODE = 'insufficient_privilege';
  END IF;
  new_office := ended.successor_id;
  -- A delegation between the two has nothing left to delegate; a code that both gave is told apart.
  UPDATE disposal_delegation d SET ended_on = ended.valid_to, end_document = ended.basis
    WHERE d.ended_on IS NULL AND ARRAY[d.from_office_id, d.to_office_id] <@ ARRAY[old_office, new_office];
  UPDATE disposal_delegation SET from_office_id = new_office
    WHERE ended_on IS NULL AND from_office_id = old_office;
  UPDATE disposal_delegation SET to_office_id = new_office
    WHERE ended_on IS NULL AND to_office_id = old_office;
  UPDATE place p SET code = p.code || '-' || ended.code WHERE p.office_id = old_office
    AND p.closed_on IS NULL
    AND EXISTS (SELECT FROM place n WHERE n.office_id = new_office AND n.code = p.code);
  UPDATE transfer t SET to_office_id = new_office WHERE t.to_office_id = old_office AND t.closed_at IS NULL;
  UPDATE transfer_line l SET to_office_id = new_office FROM transfer t
    WHERE t.id = l.transfer_id AND t.to_office_id = new_office AND l.to_office_id = old_office;
  FOREACH living SLICE 1 IN ARRAY ARRAY[
    ['asset', 'true'], ['holding', 'true'], ['place', 't.closed_on IS NULL'], ['place_count', 'true'],
    ['enforcement_case', 't.closed_on IS NULL AND NOT EXISTS (SELECT FROM enforcement_case n'
      ' WHERE n.office_id = $1 AND n.decision_number = t.decision_number)'],
    ['keeper_appointment', 't.ended_at IS NULL'], ['keeper_change', 't.completed_at IS NULL'],
    ['warehouse_order', 't.closed_at IS NULL'], ['impediment', 't.lifted_at IS NULL'],
    ['custody_contract', 't.ended_on IS NULL'], ['custody_bound', 't.lifted_at IS NULL'],
    ['handover', 't.closed_at IS NULL'], ['handover_line', 't.answer IS NULL'],
    ['transfer', 't.closed_at IS NULL'], ['transfer_line', 't.arrived_seq IS NULL'],
    ['loan', 't.closed_at IS NULL'], ['loan_line', 't.returned_at IS NULL'],
    ['disposal', 't.closed_at IS NULL'], ['disposal_line', 't.ended_at IS NULL'],
    ['planned_count', 't.stocktake_id IS NULL'],
    ['failure_run', 'true'], ['flag', 't.closed_at IS NULL'], ['review', 't.concluded_at IS NULL'],
    ['deadline', 't.met_on IS NULL AND t.voided_on IS NULL'],
    ['hold', 't.ended_on IS NULL'], ['standstill', 't.to_on IS NULL'],
    ['valuation_contract', 't.closed_on IS NULL'], ['price_council', 't.closed_on IS NULL'],
    ['revaluation', 't.done_on IS NULL'], ['priority_offer', 't.ended_on IS NULL'],
    ['valuation', 't.asset_id IS NOT NULL AND NOT EXISTS (SELECT FROM valuation n'
      ' WHERE n.asset_id = t.asset_id AND (n.valued_on, n.id) > (t.valued_on, t.id))'],
    ['lot', 't.closed_on IS NULL'],
    ['auction_round', 'NOT EXISTS (SELECT FROM round_outcome o WHERE o.round_id = t.id)'],
    ['setoff', 't.ended_on IS NULL'], ['seizure_recall', 't.recalled_on IS NULL'],
    ['sale', 't.cancelled_on IS NULL AND t.defaulted_on IS NULL AND NOT EXISTS (SELECT FROM payout p'
      ' WHERE p.sale_id = t.id AND p.approved_at IS NOT NULL)']] LOOP
    EXECUTE format('UPDATE %I t SET office_id = $1 WHERE t.office_id = $2 AND (%s)', living[1], living[2])
      USING new_office, old_office;
    GET DIAGNOSTICS moved = ROW_COUNT;
    CASE living[1] WHEN 'asset' THEN assets := moved; WHEN 'enforcement_case' THEN cases := moved;
      WHEN 'place' THEN places := moved; WHEN 'lot' THEN lots := moved;
      WHEN 'deadline' THEN limits := moved; ELSE NULL; END CASE;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION kebien_succeed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kebien_succeed TO kebien_app;
"""
UNDO = """
DROP TRIGGER changed_office ON asset;
DROP FUNCTION kebien_keep_office_change;
DROP FUNCTION kebien_succeed, kebien_move_delegated, kebien_bring_along, kebien_worth_in_lots;
"""


def upgrade() -> None:
    """Make the table and the functions."""
    op.create_table(
        "office_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("from_office_id", sa.BigInteger(), nullable=False),
        sa.Column("to_office_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_change")),
    )
    op.create_index("ix_office_change_from_office_id", "office_change", ["from_office_id"])
    op.create_index("ix_office_change_to_office_id", "office_change", ["to_office_id"])
    op.execute(sa.text(AFTER))


def downgrade() -> None:
    """Take them away again."""
    op.execute(sa.text(UNDO))
    op.drop_table("office_change")

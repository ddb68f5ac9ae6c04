-- One lot an asset, one to five rounds a lot, a quarter of them sold: the same rounds as the floor's.
SET session_replication_role = replica;
INSERT INTO lot (id, reference, office_id, description, recorded_at)
  SELECT i, kebien_reference('DG', i), :office, 'Lô ' || i, now() FROM generate_series(1, :n) i;
SELECT setval('lot_id_seq', :n);
INSERT INTO lot_asset (lot_id, asset_id, position) SELECT i, i, 1 FROM generate_series(1, :n) i;
INSERT INTO auction_round (lot_id, office_id, number, starting_price, held_on, recorded_at)
  SELECT i, :office, r, 1000000000::numeric * (10 - r) / 10, current_date - 400 + 60 * r, now()
  FROM generate_series(1, 5) r, generate_series(1, :n) i
  WHERE r <= 1 + (hashint8(i::bigint * 17) & 2147483647) % 5 ORDER BY r, i;
INSERT INTO round_outcome (round_id, lot_id, office_id, code, recorded_at)
  SELECT id, lot_id, office_id,
    CASE WHEN (hashint8(lot_id * 31 + number) & 2147483647) % 100 < 25 THEN 'sold' ELSE 'failed_no_bid' END, now()
  FROM auction_round ORDER BY id;
INSERT INTO asset_round (asset_id, seq, result, held_on, round_id)
  SELECT r.lot_id, r.number, CASE o.code WHEN 'sold' THEN 'sold' ELSE 'failed' END, r.held_on, r.id
  FROM auction_round r JOIN round_outcome o ON o.round_id = r.id ORDER BY r.id;
INSERT INTO failure_run (asset_id, office_id, held_rounds, failed_in_a_row, run_number, last_held_on, flag_at,
    first_round_id, last_round_id)
  SELECT asset_id, :office, max(seq), max(seq) - coalesce(max(seq) FILTER (WHERE result = 'sold'), 0),
    1 + count(*) FILTER (WHERE result = 'sold'), max(held_on), 3,
    (array_agg(round_id ORDER BY seq) FILTER (WHERE result = 'failed' AND seq > sale))[1],
    (array_agg(round_id ORDER BY seq DESC))[1]
  FROM (SELECT *, coalesce(max(seq) FILTER (WHERE result = 'sold') OVER (PARTITION BY asset_id), 0) AS sale
    FROM asset_round) a GROUP BY asset_id;
-- A few flags that wait already, so that their list has pages; the sweep's first run finds all others.
INSERT INTO flag (asset_id, office_id, rule_key, rule_id, tier, run_number, failed_in_a_row,
    first_round_id, last_round_id, as_of, raised_at)
  SELECT f.asset_id, f.office_id, 'failed_rounds_flag',
    (SELECT min(id) FROM legal_rule WHERE key = 'failed_rounds_flag'), 3, f.run_number,
    f.failed_in_a_row, f.first_round_id, f.last_round_id, current_date, now()
  FROM failure_run f WHERE f.failed_in_a_row BETWEEN 3 AND 4 ORDER BY f.asset_id LIMIT 120;
UPDATE failure_run f SET flag_at = 5 FROM flag WHERE flag.asset_id = f.asset_id;
SET session_replication_role = origin;

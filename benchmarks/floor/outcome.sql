\set asset random(1, :n)
BEGIN;
SELECT price, fail_streak FROM offered WHERE id = :asset FOR UPDATE;
INSERT INTO round (asset_id, no, result, price) SELECT :asset, coalesce(max(no), 0) + 1, 0, 500000000 FROM round WHERE asset_id = :asset RETURNING id AS round \gset
INSERT INTO outcome (round_id, code, told_on, registered, recorded_by) VALUES (:round, 'failed_no_bid', current_date, 2, 7);
UPDATE offered SET fail_streak = fail_streak + 1 WHERE id = :asset;
UPDATE offered_lot SET awaits = 'reduction', awaits_on = current_date WHERE id = :asset;
INSERT INTO step (asset_id, what, taken_on) VALUES (:asset::bigint, 15, current_date), (:asset::bigint, 17, current_date);
INSERT INTO due (asset_id, what, started_on, due_on) VALUES (:asset::bigint, 1, current_date, current_date + 2), (:asset::bigint, 2, current_date, current_date + 5);
INSERT INTO breach (round_id, what, facts) SELECT :round, i, '{"needed": 3, "in_time": 0}' FROM generate_series(1, 5) i;
INSERT INTO ledger (actor, what, data) VALUES (7, 'round closed', '{"code": "failed_no_bid"}'), (7, 'limit set', '{"key": 1}'), (7, 'limit set', '{"key": 2}');
COMMIT;

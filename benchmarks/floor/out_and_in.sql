\set k random(5001, 10000)
BEGIN;
SELECT location_id AS src, status AS was FROM item WHERE id = :k FOR UPDATE \gset
INSERT INTO event (item_id, kind, from_loc, to_loc, actor) VALUES (:k, 2 + :was, :src, :src, 7);
UPDATE item SET status = 3 - :was, version = version + 1 WHERE id = :k;
COMMIT;

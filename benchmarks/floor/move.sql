\set k random(5001, 10000)
\set loc random(1005, 1094)
BEGIN;
SELECT location_id AS src FROM item WHERE id = :k FOR UPDATE \gset
INSERT INTO event (item_id, kind, from_loc, to_loc, actor) VALUES (:k, 2, :src, :loc, 7);
UPDATE item SET location_id = :loc, version = version + 1 WHERE id = :k;
COMMIT;

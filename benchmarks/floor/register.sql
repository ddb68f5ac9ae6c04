\set a random(1, 2000000000)
\set b random(1, 2000000000)
\set loc random(1005, 1094)
BEGIN;
INSERT INTO item (tag, description, category, location_id) VALUES ('EV-T-' || :a || '-' || :b, 'black phone Alfa', 3, :loc) RETURNING id \gset
INSERT INTO event (item_id, kind, from_loc, to_loc, actor) VALUES (:id, 1, NULL, :loc, 7);
UPDATE item SET version = version + 1 WHERE id = :id;
COMMIT;

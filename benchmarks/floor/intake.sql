\set a random(1, 2000000000)
\set loc random(1005, 1094)
BEGIN;
WITH made AS (INSERT INTO item (tag, description, category, location_id)
  SELECT 'EV-I-' || :a || '-' || i, 'black phone Alfa', 3, :loc FROM generate_series(1, 100) i RETURNING id)
INSERT INTO event (item_id, kind, from_loc, to_loc, actor) SELECT id, 1, NULL, :loc, 7 FROM made;
COMMIT;

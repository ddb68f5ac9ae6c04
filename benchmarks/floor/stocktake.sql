BEGIN;
INSERT INTO stocktake (location_id) VALUES (:n) RETURNING id AS sid \gset
INSERT INTO stocktake_line (stocktake_id, item_id, expected)
  SELECT :sid, id, true FROM item WHERE status = 1 AND location_id = :n;
UPDATE stocktake_line SET scanned_at = now() WHERE stocktake_id = :sid AND item_id % 100 <> 0;
INSERT INTO event (item_id, kind, from_loc, to_loc, actor)
  SELECT item_id, 4, :n, NULL, 7 FROM stocktake_line WHERE stocktake_id = :sid AND scanned_at IS NULL;
UPDATE stocktake SET state = 2 WHERE id = :sid;
COMMIT;

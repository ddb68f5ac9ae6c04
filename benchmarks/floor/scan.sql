\set k random(1, :n)
INSERT INTO stocktake_line (stocktake_id, item_id, expected, scanned_at) VALUES (1, :k, true, now())
  ON CONFLICT (stocktake_id, item_id) DO UPDATE SET scanned_at = excluded.scanned_at;

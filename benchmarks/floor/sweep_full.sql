-- A3: find the due ones from the rounds alone.
SELECT count(*) FROM (SELECT asset_id FROM round GROUP BY asset_id
  HAVING max(no) - coalesce(max(no) FILTER (WHERE result = 2), 0) >= 3) due;

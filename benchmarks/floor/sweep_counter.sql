-- B: the counter kept by the write that records a round.
WITH due AS (
  UPDATE offered SET flagged_at = now() WHERE flagged_at IS NULL AND fail_streak >= 3 RETURNING id, fail_streak)
INSERT INTO flag (asset_id, streak) SELECT id, fail_streak FROM due ON CONFLICT (asset_id) DO NOTHING;

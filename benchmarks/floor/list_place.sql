\set loc random(1000, 1004)
SELECT id, tag, description, category, registered_at FROM item WHERE status = 1 AND location_id = :loc ORDER BY id DESC LIMIT 50;

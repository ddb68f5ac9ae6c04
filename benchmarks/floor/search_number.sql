\set k random(1, :n)
SELECT id, tag, description FROM item WHERE status = 1 AND folded LIKE '%' || lpad(:k::text, 8, '0') || '%' ORDER BY id DESC LIMIT 50;

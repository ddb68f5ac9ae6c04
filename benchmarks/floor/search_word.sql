SELECT id, tag, description FROM item WHERE status = 1 AND folded LIKE '%phone%' ORDER BY id DESC LIMIT 50;

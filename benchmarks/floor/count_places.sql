SELECT location_id, count(*) FROM item WHERE status = 1 GROUP BY location_id;

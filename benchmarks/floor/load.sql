-- psql -v n=…: 100 shelves; the first 5,000 items on five shelves of 1,000, the rest on ninety others.
INSERT INTO location SELECT 1000 + i, 'S' || lpad(i::text, 3, '0'), 'Shelf ' || i FROM generate_series(0, 99) i;
INSERT INTO item (id, tag, description, category, location_id)
  SELECT i, 'EV-' || (2020 + i % 6) || '-' || lpad(i::text, 8, '0'),
    (ARRAY['black','silver','red','broken','sealed','old','new','heavy','small','torn','blue','rusty','locked','empty','marked','white','green','long','wet','plain'])[1 + (i * 13::bigint) % 20] || ' ' ||
    (ARRAY['phone','laptop','bicycle','ring','watch','knife','wallet','jacket','scooter','camera','tablet','necklace','drill','car','engine','folder','bag','helmet','radio','coin'])[1 + (i / 20) % 20] || ' ' ||
    (ARRAY['Alfa','Borea','Cyrus','Delta','Elbrus','Faro','Gamma','Helios','Iris','Juno','Kilo','Lima','Mira','Nova','Orion','Pola','Quasar','Rhea','Sirius','Tango'])[1 + (i * 17::bigint / 7) % 20],
    1 + i % 10, CASE WHEN i <= 5000 THEN 1000 + (i - 1) / 1000 ELSE 1005 + ((i * 104729::bigint) % 90)::int END
  FROM generate_series(1, :n) i;
INSERT INTO event (item_id, kind, from_loc, to_loc, actor) SELECT id, 1, NULL, 1099, 1 FROM item ORDER BY id;
INSERT INTO event (item_id, kind, from_loc, to_loc, actor) SELECT id, 2, 1099, location_id, 1 FROM item ORDER BY id;
SELECT setval(pg_get_serial_sequence('item', 'id'), :n);
INSERT INTO offered (id, tag, price) SELECT i, 'EV-' || lpad(i::text, 9, '0'), 10000 + (i * 7919::bigint) % 1000000 FROM generate_series(1, :n) i;
-- One to five rounds an asset, a quarter of them sold; stored in time order, so an asset's rounds lie far apart.
INSERT INTO round (asset_id, no, result, price, held_at)
  SELECT i, r, CASE WHEN (hashint8(i::bigint * 31 + r) & 2147483647) % 100 < 25 THEN 2 ELSE 1 END,
    (10000 + (i * 7919::bigint) % 1000000) * (100 - 10 * r) / 100, now() - (400 - 60 * r) * interval '1 day'
  FROM generate_series(1, 5) r, generate_series(1, :n) i
  WHERE r <= 1 + (hashint8(i::bigint * 17) & 2147483647) % 5 ORDER BY r, i;
UPDATE offered a SET fail_streak = s.streak FROM (
  SELECT asset_id, count(*) FILTER (WHERE no > last_sale) streak FROM (
    SELECT asset_id, no, coalesce(max(no) FILTER (WHERE result = 2) OVER (PARTITION BY asset_id), 0) last_sale FROM round) x
  GROUP BY asset_id) s WHERE s.asset_id = a.id AND s.streak > 0;
CREATE UNIQUE INDEX item_tag ON item (tag);
CREATE INDEX item_loc ON item (location_id, id DESC) WHERE status = 1;
CREATE INDEX item_folded ON item USING gin (folded gin_trgm_ops);
CREATE INDEX event_item ON event (item_id, id);
CREATE UNIQUE INDEX round_asset ON round (asset_id, no);
CREATE INDEX offered_streak ON offered (fail_streak, id) WHERE flagged_at IS NULL AND fail_streak > 0;
VACUUM (ANALYZE);

-- :n assets with two custody entries and one seizure each, as years of work would leave them.
-- Loaded by the owner with triggers off; the hashes are the real ones, `kebien verify` passes.
SET session_replication_role = replica;
INSERT INTO place (id, office_id, path, code, name, kind, custody_form, recorded_at) OVERRIDING SYSTEM VALUE
  SELECT 1000 + i, :office, '/999/' || (1000 + i) || '/', 'S' || lpad(i::text, 3, '0'), 'Kệ ' || i, 'shelf', 'thads_store', now()
  FROM generate_series(0, 99) i;
UPDATE place SET parent_id = 999 WHERE id >= 1000;
INSERT INTO place (id, office_id, path, code, name, kind, custody_form, recorded_at) OVERRIDING SYSTEM VALUE
  VALUES (999, :office, '/999/', 'K', 'Kho', 'warehouse', 'thads_store', now());
-- Who asks keeps the warehouse, and a signed order with a line of plenty stands open for each client.
INSERT INTO keeper_appointment (office_id, place_id, staff_id, decision_number, decided_on, valid_from, active_at, recorded_at)
  VALUES (:office, 999, :actor, '1/QĐ-TK', date '2026-01-01', date '2020-01-01', now(), now());
INSERT INTO warehouse_order (id, reference, office_id, place_id, direction, purpose, reason, legal_basis, party_name, requested_at, signed_at, number)
  SELECT i, kebien_reference('LK', i), :office, 999, 'in', 'seized', 'Kê biên', '1/QĐ', 'Ông A', now(), now(), i || '/LNK-THADS'
  FROM generate_series(1, 64) i;
INSERT INTO warehouse_order (id, reference, office_id, place_id, direction, purpose, reason, legal_basis, party_name, requested_at, signed_at, number)
  SELECT i, kebien_reference('LK', i), :office, 999, 'out', 'returned', 'Trả', '1/QĐ', 'Ông A', now(), now(), i || '/LXK-THADS'
  FROM generate_series(65, 128) i;
INSERT INTO order_line (order_id, no, office_id, description, quantity) SELECT i, 1, :office, 'Tài sản', 1000000000 FROM generate_series(1, 128) i;
INSERT INTO order_balance (order_id, no, office_id, quantity, used) SELECT i, 1, :office, 1000000000, 0 FROM generate_series(1, 128) i;
INSERT INTO order_step (order_id, step, office_id, at, by_name) SELECT i, 'check', :office, now(), 'Thủ kho' FROM generate_series(65, 128) i;
SELECT setval('warehouse_order_id_seq', 128);
INSERT INTO enforcement_case (id, office_id, kind, decision_number, decision_on, recorded_at) OVERRIDING SYSTEM VALUE
  SELECT 1000 + i, :office, 'on_request', i || '/QĐ-THA', date '2026-07-01', now() FROM generate_series(1, 1000) i;
INSERT INTO asset (id, reference, office_id, case_id, kind, description, registered_at, registered_by_id)
  SELECT i, kebien_reference('TS', i), :office, 1001 + i % 1000, 'movable',
    (ARRAY['đen','bạc','đỏ','hỏng','niêm phong','cũ','mới','nặng','nhỏ','rách','xanh','gỉ','khóa','rỗng','có dấu','trắng','lục','dài','ướt','trơn'])[1 + (i * 13::bigint) % 20] || ' ' ||
    (ARRAY['phone','laptop','xe đạp','nhẫn','đồng hồ','dao','ví','áo khoác','xe máy','máy ảnh','tablet','dây chuyền','máy khoan','ô tô','động cơ','cặp','túi','mũ bảo hiểm','đài','tiền xu'])[1 + (i / 20) % 20] || ' ' ||
    (ARRAY['Alfa','Borea','Cyrus','Delta','Elbrus','Faro','Gamma','Helios','Iris','Juno','Kilo','Lima','Mira','Nova','Orion','Pola','Quasar','Rhea','Sirius','Tango'])[1 + (i * 17::bigint / 7) % 20],
    now() - interval '300 days', :staff
  FROM generate_series(1, :n) i;
SELECT setval('asset_id_seq', :n);
INSERT INTO seizure (asset_id, office_id, case_id, decision_number, decision_on, recorded_at, followed_at)
  SELECT i, :office, 1001 + i % 1000, i || '/QĐ-KB', date '2026-07-01', now(), now() FROM generate_series(1, :n) i;
INSERT INTO custody_entry (asset_id, seq, kind, to_place_id, giver, receiver, reason, document, at, staff_id, actor_name, office_id, previous_hash, hash)
  SELECT i, 1, 'taken_in', 1099, 'Ông A ' || i % 4999, 'Kệ 99', 'Kê biên', i || '/BB-GN', timestamptz '2025-06-01 02:00Z' + i * interval '7.000123 s', :staff, 'Thủ kho', :office, decode(repeat('00', 32), 'hex'), '\x'
  FROM generate_series(1, :n) i;
UPDATE custody_entry e SET hash = kebien_custody_hash(e) WHERE seq = 1;
INSERT INTO custody_entry (asset_id, seq, kind, from_place_id, to_place_id, giver, receiver, reason, document, at, staff_id, actor_name, office_id, previous_hash, hash)
  SELECT e.asset_id, 2, 'moved', 1099,
    CASE WHEN e.asset_id <= 5000 THEN 1000 + (e.asset_id - 1) / 1000 ELSE 1005 + (e.asset_id * 104729) % 90 END,
    'Kệ 99', 'Kệ', 'Xếp kho', '', e.at + interval '30 days', :staff, 'Thủ kho', :office, e.hash, '\x'
  FROM custody_entry e;
UPDATE custody_entry e SET hash = kebien_custody_hash(e) WHERE seq = 2;
INSERT INTO holding (asset_id, office_id, place_id, receiver, since, seq, hash, kind)
  SELECT asset_id, office_id, to_place_id, receiver, at, seq, hash, kind FROM custody_entry WHERE seq = 2;
INSERT INTO place_count (office_id, place_id, n) SELECT office_id, place_id, count(*) FROM holding GROUP BY 1, 2;
SET session_replication_role = origin;

-- The lines of one open count, beside the items of schema.sql.
CREATE TABLE stocktake_line (
  stocktake_id bigint NOT NULL, item_id bigint NOT NULL REFERENCES item,
  expected bool NOT NULL, scanned_at timestamptz, PRIMARY KEY (stocktake_id, item_id));

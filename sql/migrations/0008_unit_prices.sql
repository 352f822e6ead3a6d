-- A price per piece of work ("per word", "per article"): no total, so that the budget's columns stay NULL.
ALTER TABLE listing ADD COLUMN unit_price DECIMAL(18, 4);
ALTER TABLE listing ADD COLUMN unit VARCHAR;
ALTER TABLE listing_edit ADD COLUMN unit_price DECIMAL(18, 4);
ALTER TABLE listing_edit ADD COLUMN unit VARCHAR;

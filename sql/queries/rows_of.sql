-- The row numbers of these listings.
SELECT rowid FROM listing WHERE listing_id IN (SELECT unnest($ids)) ORDER BY rowid;

-- The newest titles of these jobs.
SELECT listing_id, title FROM listing_newest WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]));

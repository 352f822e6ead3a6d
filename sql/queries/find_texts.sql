-- The texts of these jobs.
SELECT listing_id, title, url, description, skills, first_seen_at FROM listing_newest WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]));

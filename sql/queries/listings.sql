-- The newest version of each of these jobs.
FROM listing_newest WHERE listing_id IN (SELECT unnest($ids));

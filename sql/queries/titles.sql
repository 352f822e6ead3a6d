-- The titles of these jobs, as their newest versions have them, and of work that no feed brought, as it was called last.
SELECT listing_id, title FROM listing_newest WHERE listing_id IN (SELECT unnest($ids::VARCHAR[])) AND title <> ''
UNION ALL
SELECT listing_id, arg_max(title, at_time) FROM pursuits
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[])) AND title IS NOT NULL
GROUP BY listing_id;

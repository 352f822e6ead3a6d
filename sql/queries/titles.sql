-- The titles of these jobs, the newest of each last.
SELECT listing_id, title
FROM (
    SELECT listing_id, title, revision FROM listing WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
    UNION ALL
    SELECT listing_id, title, revision FROM listing_edit WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
)
ORDER BY revision;

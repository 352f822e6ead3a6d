-- What the newest edit of each of these jobs changed.
SELECT listing_id, changes
FROM listing_edit
WHERE listing_id IN (SELECT unnest($ids)) AND changes IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY revision DESC) = 1;

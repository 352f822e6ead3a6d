-- What each edit of these jobs changed, in order.
SELECT listing_id, seen_at, changes
FROM listing_edit
WHERE listing_id IN (SELECT unnest($ids)) AND changes IS NOT NULL
ORDER BY listing_id, revision;

-- What is stored of these jobs as it came, the oldest first.
SELECT listing_id, feed, seen_at, digest, raw, kind, source
FROM raw_entry
WHERE listing_id IN (SELECT unnest($ids))
ORDER BY listing_id, seen_at, digest;

-- The alerts about one job, the oldest first.
SELECT alert_id, listing_id, kind, destination, recipient, state, cause, coalesce(reason, '') AS reason, attempts, enqueued_at, sent_at
FROM alerts
WHERE listing_id = $listing_id
ORDER BY enqueued_at, destination, recipient;

-- Every alert about a listing is about one that exists.
SELECT format('alert {} about listing {}', alert_id[:12], listing_id) AS example
FROM alert_event
ANTI JOIN listing USING (listing_id)
WHERE listing_id IS NOT NULL;

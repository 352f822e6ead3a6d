-- The ledger, the newest first; of one state if one is given.
SELECT alert_id, listing_id, kind, destination, recipient, state, cause, coalesce(reason, '') AS reason, attempts, enqueued_at, sent_at
FROM alerts
WHERE $state IS NULL OR state = $state
ORDER BY enqueued_at DESC, alert_id;

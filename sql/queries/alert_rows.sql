-- The ledger, the newest first; of these states, if any are given.
SELECT alert_id, listing_id, kind, destination, recipient, state, cause, coalesce(reason, '') AS reason, attempts, enqueued_at, sent_at
FROM alerts
WHERE len($states::VARCHAR[]) = 0 OR list_contains($states::VARCHAR[], state)
ORDER BY enqueued_at DESC, alert_id;

-- The `alerts` view for those that aren't finished or are dead, of these states, the newest first: no other alert's events are put together.
SELECT
    alert_id,
    listing_id,
    kind,
    destination,
    arg_max(recipient, seq) AS recipient,
    CASE arg_max(event, seq) WHEN 'retry' THEN 'retrying' WHEN 'attempt' THEN 'uncertain' ELSE arg_max(event, seq) END AS state,
    CASE arg_max(event, seq) WHEN 'attempt' THEN 'uncertain' ELSE last(cause ORDER BY seq) END AS cause,
    coalesce(arg_max(reason, seq), '') AS reason,
    count(*) FILTER (event = 'attempt') AS attempts,
    min(event_at) AS enqueued_at,
    max(event_at) FILTER (event = 'sent') AS sent_at
FROM alert_event
WHERE alert_id IN (SELECT alert_id FROM open_alert UNION ALL SELECT alert_id FROM alert_event WHERE event = 'dead')
GROUP BY alert_id, listing_id, kind, destination
HAVING list_contains($states::VARCHAR[], CASE arg_max(event, seq) WHEN 'retry' THEN 'retrying' WHEN 'attempt' THEN 'uncertain' ELSE arg_max(event, seq) END)
ORDER BY enqueued_at DESC, alert_id;

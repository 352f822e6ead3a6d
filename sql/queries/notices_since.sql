-- When each notice was last owed to each destination, from a time on.
SELECT topic, coalesce(about, '') AS about, destination, max(event_at) AS owed_at
FROM alert_event
WHERE event_at >= $since AND kind = 'notice' AND event IN ('owed', 'held')
GROUP BY ALL;

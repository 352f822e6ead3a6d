-- When each notice was last owed to each recipient, from one time to another.
SELECT topic, coalesce(about, '') AS about, destination, slot, max(event_at) AS owed_at
FROM alert_event
WHERE event_at BETWEEN $since AND $until AND kind = 'notice' AND event IN ('owed', 'held')
GROUP BY ALL;

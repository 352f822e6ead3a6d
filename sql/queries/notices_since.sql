-- When each notice was last owed to each recipient, from one time to another. A time after which the ledger has rows of an
-- hour before it was that of a clock that was ahead.
WITH told AS (
    SELECT seq, topic, about, destination, slot, event_at FROM alert_event
    WHERE event_at BETWEEN $since AND $until AND kind = 'notice' AND event IN ('owed', 'held')
),
later AS (SELECT seq, event_at FROM alert_event WHERE seq > (SELECT min(seq) FROM told))
SELECT topic, coalesce(about, '') AS about, destination, slot, max(event_at) AS owed_at
FROM told
WHERE NOT EXISTS (SELECT 1 FROM later WHERE later.seq > told.seq AND later.event_at < told.event_at - INTERVAL 1 HOUR)
GROUP BY ALL;

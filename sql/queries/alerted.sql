-- When an alert for each of these jobs was last owed to anyone. A review listing that only waited for a digest doesn't count: an edit that
-- makes it qualify is news. Nor does what was owed and, before anything was tried, taken to the digest or left out: nobody was told.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
WITH events AS (
    SELECT listing_id, alert_id, event, event_at, cause, seq, attempt FROM alert_event
    WHERE rowid IN (SELECT rowid FROM alert_event WHERE listing_key IN (SELECT unnest($keys::UBIGINT[])))
),
untold AS (
    SELECT alert_id, max(seq) AS until FROM events
    WHERE event = 'suppressed' AND cause = 'filtered'
        AND alert_id NOT IN (SELECT alert_id FROM events AS tried WHERE tried.event = 'attempt')
    GROUP BY alert_id
)
SELECT listing_id, max(event_at) AS owed_at
FROM events LEFT JOIN untold USING (alert_id)
WHERE (event = 'owed' OR (event = 'held' AND cause IS DISTINCT FROM 'review')) AND (until IS NULL OR seq > until)
GROUP BY listing_id;

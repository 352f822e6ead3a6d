-- When an alert for each of these jobs was last owed to anyone. A review listing that only waited for a digest doesn't count: an edit that
-- makes it qualify is news.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, max(event_at) AS owed_at
FROM alert_event
WHERE
    rowid IN (SELECT rowid FROM alert_event WHERE listing_key IN (SELECT unnest($keys::UBIGINT[])))
    AND (event = 'owed' OR (event = 'held' AND cause IS DISTINCT FROM 'review'))
GROUP BY listing_id;

-- How each of these alerts began: what every later event of it repeats. One that waited for review and was owed then began so.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT
    alert_id,
    CASE WHEN bool_or(event = 'owed') THEN 'owed' ELSE arg_min(event, seq) END AS event,
    arg_min(subject, seq) AS subject,
    arg_min(topic, seq) AS topic,
    arg_min(about, seq) AS about,
    arg_min(score, seq) AS score,
    arg_min(slot, seq) AS slot,
    arg_max(recipient, seq) AS recipient
FROM alert_event
WHERE rowid IN (SELECT rowid FROM alert_event WHERE key IN (SELECT unnest($keys::UBIGINT[])))
GROUP BY alert_id;

-- How each of these alerts stands.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT alert_id, arg_max(event, seq) AS event
FROM alert_event
WHERE rowid IN (SELECT rowid FROM alert_event WHERE key IN (SELECT unnest($keys::UBIGINT[])))
GROUP BY alert_id;

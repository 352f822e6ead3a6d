-- What the ledger said of each of these alerts when it began: of a notice, its text.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT alert_id, arg_min(reason, seq) AS reason
FROM alert_event
WHERE rowid IN (SELECT rowid FROM alert_event WHERE key IN (SELECT unnest($keys::UBIGINT[])))
GROUP BY alert_id;

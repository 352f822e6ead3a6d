-- What each destination was ever owed of these jobs as a match: the alert's newest event and its cause.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, destination, slot, event, cause
FROM alert_event
WHERE rowid IN (SELECT rowid FROM alert_event WHERE listing_key IN (SELECT unnest($keys::UBIGINT[]))) AND kind = 'match'
QUALIFY row_number() OVER (PARTITION BY alert_id ORDER BY seq DESC) = 1;

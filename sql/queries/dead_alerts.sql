-- The newest event of each alert of a destination that died.
SELECT * EXCLUDE (seq, key, listing_key)
FROM alert_event
WHERE destination = $destination AND key IN (SELECT key FROM alert_event WHERE destination = $destination AND event = 'dead')
QUALIFY row_number() OVER (PARTITION BY key ORDER BY seq DESC) = 1 AND event = 'dead';

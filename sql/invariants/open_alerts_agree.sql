-- The table of open alerts is what the newest event of each alert says: no more, no fewer, none twice.
WITH newest AS (FROM alert_event WHERE seq IN (SELECT max(seq) FROM alert_event GROUP BY key)),
unfinished AS (FROM newest WHERE event NOT IN ('sent', 'dead', 'suppressed'))
SELECT format('alert {}', coalesce(u.alert_id, o.alert_id)[:12]) AS example
FROM unfinished AS u
FULL JOIN open_alert AS o ON o.alert_id = u.alert_id
WHERE (u.alert_id, u.destination, u.kind, u.listing_id, u.event, u.event_at, u.attempt, u.reason, u.next_try_at, u.cause, u.topic, u.about, u.slot, u.recipient)
    IS DISTINCT FROM (o.alert_id, o.destination, o.kind, o.listing_id, o.last_event, o.last_event_at, o.attempts, o.reason, o.next_try_at, o.cause, o.topic, o.about, o.slot, o.recipient)
UNION ALL
SELECT format('alert {} stands {} times', alert_id[:12], count(*)) FROM open_alert GROUP BY alert_id HAVING count(*) > 1;

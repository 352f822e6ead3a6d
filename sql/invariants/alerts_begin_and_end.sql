-- Each alert begins by being owed, held or suppressed, and was tried at least as often as it was sent.
SELECT DISTINCT format('alert {}', alert_id[:12]) AS example
FROM alert_event
WHERE key IN (
    SELECT key
    FROM alert_event
    GROUP BY key
    HAVING arg_min(event, seq) NOT IN ('owed', 'held', 'suppressed')
        OR count(*) FILTER (event = 'sent') > count(*) FILTER (event = 'attempt')
);

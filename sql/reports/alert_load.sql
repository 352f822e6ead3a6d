-- How many alerts each destination got a day over the last 30 days, and what became of the rest.
SELECT
    strftime(date_trunc('day', enqueued_at), '%Y-%m-%d') AS day,
    destination,
    count(*) FILTER (state = 'sent') AS sent,
    count(*) FILTER (state IN ('owed', 'held', 'retrying')) AS waiting,
    count(*) FILTER (state IN ('uncertain', 'dead')) AS in_trouble,
    count(*) FILTER (state = 'suppressed') AS suppressed
FROM alerts
WHERE enqueued_at > now() - INTERVAL 30 DAY
GROUP BY date_trunc('day', enqueued_at), destination
ORDER BY day, destination;

-- What isn't finished, the oldest first.
FROM open_alert ORDER BY enqueued_at, alert_id;

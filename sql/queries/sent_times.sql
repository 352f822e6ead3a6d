-- When a recipient accepted messages. A digest is one, however many alerts it told.
SELECT event_at
FROM alert_event
WHERE event_at BETWEEN $since AND $until AND event = 'sent' AND destination = $destination AND slot = $slot
GROUP BY event_at, coalesce(message, alert_id)
ORDER BY event_at;

-- When a destination accepted messages.
SELECT event_at FROM alert_event WHERE event_at >= $since AND event = 'sent' AND destination = $destination ORDER BY event_at;

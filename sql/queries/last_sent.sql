-- When a recipient last accepted a message.
SELECT max(event_at) AS sent_at
FROM alert_event
WHERE event_at BETWEEN $since AND $until AND event = 'sent' AND destination = $destination AND slot = $slot;

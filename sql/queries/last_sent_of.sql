-- When each destination last accepted a message, in a span of time.
SELECT destination, max(event_at) AS sent_at
FROM alert_event
WHERE event_at BETWEEN $since AND $until AND event = 'sent'
GROUP BY destination;

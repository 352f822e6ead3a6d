-- Each alert: its state is that of its newest event; an attempt without a result may have arrived.
CREATE OR REPLACE VIEW alerts AS
SELECT
    alert_id,
    listing_id,
    kind,
    destination,
    arg_max(recipient, seq) AS recipient,
    CASE arg_max(event, seq) WHEN 'retry' THEN 'retrying' WHEN 'attempt' THEN 'uncertain' ELSE arg_max(event, seq) END AS state,
    CASE arg_max(event, seq) WHEN 'attempt' THEN 'uncertain' ELSE last(cause ORDER BY seq) END AS cause,
    nullif(arg_max(reason, seq), '') AS reason,
    count(*) FILTER (event = 'attempt') AS attempts,
    min(event_at) AS enqueued_at,
    max(event_at) FILTER (event = 'sent') AS sent_at
FROM alert_event
GROUP BY alert_id, listing_id, kind, destination;

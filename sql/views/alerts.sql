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
FROM internal.alert_event
GROUP BY alert_id, listing_id, kind, destination;
COMMENT ON VIEW alerts IS 'One row per job, kind, destination and recipient: what was sent, held or suppressed, and why.';
COMMENT ON COLUMN alerts.alert_id IS 'the alert''s id';
COMMENT ON COLUMN alerts.listing_id IS 'which listing; NULL for a notice';
COMMENT ON COLUMN alerts.kind IS 'match, changed or notice';
COMMENT ON COLUMN alerts.destination IS 'its name in goldmine.toml';
COMMENT ON COLUMN alerts.recipient IS 'of several in one URL: a stable hash with a masked label; else empty';
COMMENT ON COLUMN alerts.state IS 'owed, held, sent, retrying, uncertain, dead or suppressed';
COMMENT ON COLUMN alerts.cause IS 'one word of a closed list; NULL where nothing stands in the way';
COMMENT ON COLUMN alerts.reason IS 'the cause in words';
COMMENT ON COLUMN alerts.attempts IS 'how often it was tried';
COMMENT ON COLUMN alerts.enqueued_at IS 'when it was owed';
COMMENT ON COLUMN alerts.sent_at IS 'when the service accepted it';

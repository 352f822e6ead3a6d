-- When messages with matches went out to a recipient: those that it took, and those that may have arrived. A digest is one, however many
-- alerts it told; notices don't count. An attempt that was made before the span may have its result in it.
SELECT result_at AS event_at
FROM (
    SELECT
        event, kind, lead(event) OVER its AS result, lead(event_at) OVER its AS result_at,
        coalesce(lead(message) OVER its, message, alert_id) AS part_of
    FROM alert_event
    WHERE event_at BETWEEN $since - INTERVAL 1 DAY AND $until AND destination = $destination AND slot = $slot
    WINDOW its AS (PARTITION BY key ORDER BY seq)
)
WHERE event = 'attempt' AND result IN ('sent', 'uncertain') AND kind IN ('match', 'changed') AND result_at >= $since
GROUP BY result_at, part_of
ORDER BY result_at;

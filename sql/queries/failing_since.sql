-- The feeds that fail now, each with the first poll that failed after its last good one.
SELECT feed, min(started_at) AS failing_since
FROM feed_state
JOIN poll USING (feed)
WHERE consecutive_failures > 0 AND (last_ok_at IS NULL OR started_at > last_ok_at)
GROUP BY feed;

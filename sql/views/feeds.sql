-- Each feed as its last poll left it, with what it ever brought. What was pasted in is no feed.
CREATE OR REPLACE VIEW feeds AS
SELECT
    feed_state.feed,
    platform,
    last_ok_at,
    last_error,
    consecutive_failures,
    condition AS state,
    round(interval_s)::INTEGER AS interval_s,
    next_poll_at,
    coalesce(brought.listings, 0) AS listings,
    coalesce(brought.qualified, 0) AS qualified,
    last_new_at
FROM internal.feed_state
LEFT JOIN (
    SELECT feed, count(*) AS listings, count(*) FILTER (decision = 'qualified') AS qualified
    FROM (SELECT DISTINCT feed, listing_id FROM internal.presence)
    LEFT JOIN decisions USING (listing_id)
    GROUP BY feed
) AS brought USING (feed)
WHERE feed_state.feed <> 'judged';
COMMENT ON VIEW feeds IS 'One row per feed: how it is.';
COMMENT ON COLUMN feeds.feed IS 'its name in goldmine.toml';
COMMENT ON COLUMN feeds.platform IS 'the format that was read';
COMMENT ON COLUMN feeds.last_ok_at IS 'its last good poll';
COMMENT ON COLUMN feeds.last_error IS 'what went wrong last, while it does';
COMMENT ON COLUMN feeds.consecutive_failures IS 'failed polls since the last good one';
COMMENT ON COLUMN feeds.state IS 'ok, backoff, paused, held or disabled';
COMMENT ON COLUMN feeds.interval_s IS 'seconds between polls';
COMMENT ON COLUMN feeds.next_poll_at IS 'when it is due';
COMMENT ON COLUMN feeds.listings IS 'jobs that it brought';
COMMENT ON COLUMN feeds.qualified IS 'those of them that qualify';
COMMENT ON COLUMN feeds.last_new_at IS 'when it last brought a new job';

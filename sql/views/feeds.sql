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
FROM feed_state
LEFT JOIN (
    SELECT feed, count(*) AS listings, count(*) FILTER (decision = 'qualified') AS qualified
    FROM (SELECT DISTINCT feed, listing_id FROM presence)
    LEFT JOIN decisions USING (listing_id)
    GROUP BY feed
) AS brought USING (feed)
WHERE feed_state.feed <> 'judged';

-- What a worker needs to know of these feeds to ask them: their states, and the entries that need no second reading. Times without their
-- zone, which is UTC.
SELECT
    asked.feed, s.* EXCLUDE (feed) REPLACE (
        timezone('UTC', last_ok_at) AS last_ok_at, timezone('UTC', last_full_at) AS last_full_at, timezone('UTC', next_poll_at) AS next_poll_at,
        timezone('UTC', retry_after_until) AS retry_after_until, timezone('UTC', last_new_at) AS last_new_at,
        timezone('UTC', last_poll_at) AS last_poll_at
    ),
    e.entries
FROM (SELECT unnest($feeds) AS feed) AS asked
LEFT JOIN feed_state AS s USING (feed)
LEFT JOIN (
    SELECT feed, list({'digest': digest, 'listing_id': listing_id}) AS entries
    FROM current_entry WHERE feed IN (SELECT unnest($feeds)) GROUP BY feed
) AS e USING (feed)
ORDER BY feed;

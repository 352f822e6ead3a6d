-- How each feed was in a window: days on which it was polled, those without one good poll, the last error, and the marketplaces it ever brought.
WITH brings AS (
    SELECT feed, list(DISTINCT platform ORDER BY platform) AS platforms
    FROM presence JOIN listing USING (listing_id)
    WHERE event = 'appeared'
    GROUP BY feed
)
SELECT
    feed,
    count(DISTINCT day) AS days,
    count(DISTINCT day) - count(DISTINCT day) FILTER (good) AS dark_days,
    count(*) AS polls,
    count(*) FILTER (good) AS good_polls,
    max(started_at) FILTER (good) AS last_good_at,
    arg_max(outcome, started_at) FILTER (NOT good) AS last_failure,
    coalesce(any_value(platforms), []) AS platforms
FROM (
    SELECT *, date_trunc('day', started_at) AS day, outcome IN ('ok', 'not_modified', 'partial') AS good
    FROM polls
    WHERE started_at >= $since AND started_at < $until
)
LEFT JOIN brings USING (feed)
GROUP BY feed
ORDER BY dark_days DESC, feed;

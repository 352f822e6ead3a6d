-- How each feed was in a window: days on which it was polled, those without one good poll, for how long it was watched, the last error, and
-- the marketplaces it ever brought. A good poll watched the time since the good one before it, at most a day: a page holds about so much.
WITH brings AS (
    SELECT feed, list(DISTINCT marketplace(platform, url) ORDER BY marketplace(platform, url)) AS platforms
    FROM presence JOIN listing USING (listing_id)
    WHERE event = 'appeared'
    GROUP BY feed
), polled_well AS (
    SELECT feed, started_at, lag(started_at) OVER (PARTITION BY feed ORDER BY started_at) AS before
    FROM polls
    WHERE outcome IN ('ok', 'not_modified', 'partial') AND started_at < $until::TIMESTAMPTZ + INTERVAL 1 DAY
), looks AS (
    SELECT feed, started_at, greatest(before, started_at - INTERVAL 1 DAY) AS since_time
    FROM polled_well
    WHERE before IS NOT NULL AND started_at >= $since
), watched AS (
    SELECT feed, sum(greatest(0, epoch(least(started_at, $until::TIMESTAMPTZ) - greatest(since_time, $since::TIMESTAMPTZ)))) / 86400 AS watched_days
    FROM looks
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
    coalesce(any_value(platforms), []) AS platforms,
    coalesce(any_value(watched_days), 0) AS watched_days
FROM (
    SELECT *, date_trunc('day', started_at) AS day, outcome IN ('ok', 'not_modified', 'partial') AS good
    FROM polls
    WHERE started_at >= $since AND started_at < $until
)
LEFT JOIN brings USING (feed)
LEFT JOIN watched USING (feed)
GROUP BY feed
ORDER BY dark_days DESC, feed;

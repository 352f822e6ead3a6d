-- For each of these feeds: the longest time between two polls that brought something new, in the 14 days before the newest of them.
SELECT feed, max(gap) AS gap
FROM (
    SELECT feed, started_at - lag(started_at) OVER (PARTITION BY feed ORDER BY started_at) AS gap
    FROM poll
    JOIN feed_state USING (feed)
    WHERE new_listings > 0
        AND feed IN (SELECT unnest($feeds))
        AND started_at BETWEEN last_new_at - INTERVAL 14 DAY AND last_new_at
        AND started_at >= $since
)
WHERE gap IS NOT NULL
GROUP BY feed;

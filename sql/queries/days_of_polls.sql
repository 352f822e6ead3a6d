-- The UTC days older than [database] keep_polls on which a feed had several polls, and how many those are.
SELECT day, sum(polls)::BIGINT AS polls
FROM (
    SELECT date_trunc('day', started_at) AS day, count(*) AS polls
    FROM poll
    WHERE started_at < $before
    GROUP BY feed, day
    HAVING count(*) > 1
)
GROUP BY day
ORDER BY day;

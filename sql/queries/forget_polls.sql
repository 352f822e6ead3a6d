-- The polls of those days on which a feed had several.
DELETE FROM poll
WHERE started_at >= $since AND started_at < $before AND (feed, date_trunc('day', started_at)) IN (
    SELECT (feed, date_trunc('day', started_at)) FROM poll WHERE started_at >= $since AND started_at < $before GROUP BY ALL HAVING count(*) > 1
);

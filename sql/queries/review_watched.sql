-- For how many days of a window any feed was watched: a good poll watched the time since the good one before it, at most a day. NULL where the
-- history holds no poll at all (an import of listings).
WITH good_polls AS (
    SELECT started_at, lag(started_at) OVER (ORDER BY started_at) AS before
    FROM polls
    WHERE outcome IN ('ok', 'not_modified', 'partial') AND started_at < $until::TIMESTAMPTZ + INTERVAL 1 DAY
), looks AS (
    SELECT started_at, greatest(before, started_at - INTERVAL 1 DAY) AS since_time
    FROM good_polls
    WHERE before IS NOT NULL AND started_at >= $since
)
SELECT
    CASE WHEN EXISTS (FROM polls) THEN coalesce(
        (
            SELECT sum(greatest(0, epoch(least(started_at, $until::TIMESTAMPTZ) - greatest(since_time, $since::TIMESTAMPTZ))))
            FROM looks
        ),
        0
    ) / 86400 END AS watched_days,
    (SELECT min(first_seen_at) FROM listing) AS begun_at;

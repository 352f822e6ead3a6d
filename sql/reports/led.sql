-- What gets replies: a diagnosis, a proof or a first step? Pursuits by what led them, those that are decided, and the replies to them.
-- In plain duckdb: SET VARIABLE ignored_after = …, the days after which an unanswered one counts as ignored; without it, 7.
WITH begun AS (
    SELECT
        listing_id,
        arg_min(led, at_time) FILTER (led IS NOT NULL) AS led,
        min(at_time) AS begun_at,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage = 'declined') AS declined,
        bool_or(stage = 'withdrawn') AS withdrawn
    FROM pursuits
    WHERE stage <> 'skipped'
    GROUP BY listing_id
), decided AS (
    SELECT
        *,
        replied OR declined OR (
            NOT withdrawn AND now() - begun_at >= to_days(coalesce(getvariable('ignored_after'), 7)::INTEGER)
        ) AS is_decided
    FROM begun
    WHERE led IS NOT NULL
)
SELECT
    led,
    count(*) AS pursuits,
    count(*) FILTER (is_decided) AS decided,
    count(*) FILTER (replied) AS replied,
    round(count(*) FILTER (replied) / nullif(count(*) FILTER (is_decided), 0), 3) AS share_replied
FROM decided
GROUP BY led
ORDER BY pursuits DESC, led;

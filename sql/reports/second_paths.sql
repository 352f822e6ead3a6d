-- Which pursuits are silent, and which have no second path? Each that may still come to something, the longest silent first.
-- In plain duckdb: SET VARIABLE ignored_after = …, the days after which an unanswered one counts as ignored; without it, 7.
WITH stands AS (
    SELECT
        listing_id,
        arg_max(stage, at_time) AS newest,
        arg_max(stage, at_time) FILTER (stage <> 'followed_up') AS stage,
        max(at_time) AS last_at,
        arg_max(title, at_time) FILTER (title IS NOT NULL) AS own_title
    FROM pursuits
    GROUP BY listing_id
), paths AS (
    SELECT listing_id, list(DISTINCT kind ORDER BY kind) AS paths, min(next_on) AS next_on
    FROM contacts
    WHERE listing_id IS NOT NULL
    GROUP BY listing_id
)
SELECT
    stands.listing_id[:8] AS id,
    coalesce(listings.title, stands.own_title) AS title,
    coalesce(stands.stage, 'pursued') AS stage,
    floor(epoch(now() - stands.last_at) / 86400)::INTEGER AS silent_days,
    coalesce(paths.paths, []) AS paths,
    paths.next_on
FROM stands
LEFT JOIN listings USING (listing_id)
LEFT JOIN paths USING (listing_id)
WHERE
    stands.newest <> 'skipped'
    AND coalesce(stands.stage, 'pursued') IN ('pursued', 'viewed', 'replied', 'interviewed')
    AND NOT (
        coalesce(stands.stage, 'pursued') IN ('pursued', 'viewed')
        AND now() - stands.last_at >= to_days(coalesce(getvariable('ignored_after'), 7)::INTEGER)
    )
ORDER BY stands.last_at, stands.listing_id;

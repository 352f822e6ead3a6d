-- Skills that rise and fall: listings in the last 30 days against the 30 days before, as a share of all listings of the time.
WITH asked AS (
    SELECT lower(skill) AS skill, mode(skill) AS shown,
        count(DISTINCT listing_id) FILTER (first_seen_at > now() - INTERVAL 30 DAY) AS recent,
        count(DISTINCT listing_id) FILTER (first_seen_at <= now() - INTERVAL 30 DAY) AS before
    FROM (SELECT listing_id, first_seen_at, unnest(skills) AS skill FROM listings WHERE first_seen_at > now() - INTERVAL 60 DAY AND repost_of IS NULL)
    GROUP BY lower(skill)
), everything AS (
    SELECT
        count(*) FILTER (first_seen_at > now() - INTERVAL 30 DAY) AS recent,
        count(*) FILTER (first_seen_at <= now() - INTERVAL 30 DAY) AS before
    FROM listings
    WHERE first_seen_at > now() - INTERVAL 60 DAY AND repost_of IS NULL
)
SELECT
    asked.shown AS skill,
    asked.recent AS last_30_days,
    asked.before AS the_30_days_before,
    round(asked.recent / nullif(everything.recent, 0), 4) AS share_now,
    round(asked.before / nullif(everything.before, 0), 4) AS share_before,
    round(asked.recent / nullif(everything.recent, 0) - asked.before / nullif(everything.before, 0), 4) AS change
FROM asked, everything
WHERE asked.recent + asked.before >= 5
ORDER BY change DESC NULLS LAST, skill;

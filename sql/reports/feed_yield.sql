-- What each feed brought: listings, qualified ones, and how many a day, since its first listing. Feeds that never yield come last.
WITH found AS (
    SELECT s.feed, s.first_seen_at, d.decision
    FROM sightings AS s
    LEFT JOIN decisions AS d USING (listing_id)
)
SELECT
    f.feed,
    f.platform,
    f.state,
    count(found.feed) AS listings,
    count(*) FILTER (found.decision = 'qualified') AS qualified,
    count(*) FILTER (found.decision = 'review') AS review,
    round(count(*) FILTER (found.decision = 'qualified') / greatest(1, date_diff('day', min(found.first_seen_at), now()) + 1), 3) AS qualified_per_day,
    max(found.first_seen_at) FILTER (found.decision = 'qualified') AS last_qualified_at,
    f.last_ok_at
FROM feeds AS f
LEFT JOIN found ON found.feed = f.feed
GROUP BY ALL
ORDER BY qualified DESC, listings DESC, f.feed;

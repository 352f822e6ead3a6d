-- How exposed to automation are the tasks that are asked for? Listings per week by exposure, and their share.
SELECT
    strftime(date_trunc('week', l.first_seen_at), '%Y-%m-%d') AS week,
    coalesce(d.exposure, 'not known') AS exposure,
    count(*) AS listings,
    round(count(*) / sum(count(*)) OVER (PARTITION BY date_trunc('week', l.first_seen_at)), 3) AS share,
    median(coalesce(l.budget_max_base, l.budget_min_base)) FILTER (l.pay = 'fixed') AS median_fixed
FROM listings AS l
JOIN decisions AS d USING (listing_id)
WHERE l.repost_of IS NULL
GROUP BY date_trunc('week', l.first_seen_at), coalesce(d.exposure, 'not known')
ORDER BY week, exposure;

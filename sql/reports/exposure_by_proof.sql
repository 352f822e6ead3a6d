-- Is one's own work moving to the automatable end? For each proof: listings that it matched, per month and exposure.
SELECT
    d.proof,
    strftime(date_trunc('month', l.first_seen_at), '%Y-%m') AS month,
    coalesce(d.exposure, 'not known') AS exposure,
    count(*) AS listings,
    round(count(*) / sum(count(*)) OVER (PARTITION BY d.proof, date_trunc('month', l.first_seen_at)), 3) AS share
FROM listings AS l
JOIN decisions AS d USING (listing_id)
WHERE d.proof IS NOT NULL AND l.repost_of IS NULL
GROUP BY d.proof, date_trunc('month', l.first_seen_at), coalesce(d.exposure, 'not known')
ORDER BY d.proof, month, exposure;

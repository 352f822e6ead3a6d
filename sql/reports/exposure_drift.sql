-- Does the work drift from what you call it? For each proof and month: listings that it matched whose text shows an exposure, and how many of
-- them read as you declared, more automatable, or more human.
WITH ranked AS (
    SELECT
        d.proof,
        strftime(date_trunc('month', l.first_seen_at), '%Y-%m') AS month,
        d.proof_exposure AS declared,
        list_position(['human-critical', 'ai-assisted', 'automatable'], d.exposure)
        - list_position(['human-critical', 'ai-assisted', 'automatable'], d.proof_exposure) AS drift
    FROM listings AS l
    JOIN decisions AS d USING (listing_id)
    WHERE l.repost_of IS NULL AND d.exposure IS NOT NULL AND d.proof_exposure IS NOT NULL
)
SELECT
    proof,
    month,
    declared,
    count(*) AS listings,
    count(*) FILTER (drift = 0) AS as_declared,
    count(*) FILTER (drift > 0) AS more_automatable,
    count(*) FILTER (drift < 0) AS more_human,
    round(avg(drift), 3) AS mean_drift
FROM ranked
GROUP BY proof, month, declared
ORDER BY proof, month, declared;

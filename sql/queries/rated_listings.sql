-- The listings first seen since then on which the user spoke: the newest rating; without one, whether it was replied to, pursued or skipped
-- (what was skipped and pursued all the same was pursued).
WITH spoken AS (
    SELECT listing_id, rating FROM ratings QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY at_time DESC) = 1
), done AS (
    SELECT
        listing_id,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage IN ('pursued', 'viewed', 'declined')) AS pursued,
        bool_or(stage = 'skipped') AS skipped
    FROM pursuits
    GROUP BY listing_id
)
SELECT
    listing.rowid AS row_number,
    listing_id,
    coalesce(rating = 'good', replied OR pursued) AS good,
    CASE WHEN rating IS NOT NULL THEN 'rated' WHEN replied THEN 'replied' WHEN pursued THEN 'pursued' ELSE 'skipped' END AS origin
FROM listing
LEFT JOIN spoken USING (listing_id)
LEFT JOIN done USING (listing_id)
WHERE (rating IS NOT NULL OR replied OR pursued OR skipped) AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
ORDER BY listing.rowid;

-- The score of each listing whose pursuit is finished, and whether it was won.
WITH pursued AS (
    SELECT
        listing_id,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage = 'hired') AS hired,
        bool_or(stage IN ('declined', 'withdrawn')) AS ended,
        bool_or(stage = 'withdrawn') AND NOT bool_or(stage IN ('replied', 'interviewed', 'hired')) AS given_up,
        min(at_time) FILTER (stage = 'pursued') AS pursued_at
    FROM pursuits
    JOIN listing USING (listing_id)
    WHERE $since::TIMESTAMPTZ IS NULL OR listing.first_seen_at >= $since::TIMESTAMPTZ
    GROUP BY listing_id
    HAVING pursued_at IS NOT NULL
)
SELECT decision_newest.score, hired
FROM pursued JOIN decision_newest USING (listing_id)
WHERE NOT given_up AND (hired OR ended OR (NOT replied AND pursued_at < $answered_by));

-- The listings first seen since then that qualify or are for review, each with its last recorded stage and rating. Not with $answered:
-- those that their person answered (by a stage, or as bad) are left out, and those that are over.
WITH staged AS (SELECT listing_id, arg_max(stage, at_time) AS stage FROM pursuits WHERE listing_id IS NOT NULL GROUP BY listing_id),
rated AS (SELECT listing_id, arg_max(rating, at_time) AS rating FROM ratings GROUP BY listing_id)
SELECT
    listing_id, title, url, pay, pay_period, budget_min, budget_max, unit_price, unit, currency, posted_at, first_seen_at,
    decision, score, proof, ask, stage, rating
FROM listings JOIN decisions USING (listing_id) LEFT JOIN staged USING (listing_id) LEFT JOIN rated USING (listing_id)
WHERE
    decision <> 'rejected'
    AND ($since IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
    AND (
        $answered
        OR (stage IS NULL AND rating IS DISTINCT FROM 'bad' AND (expires_at IS NULL OR expires_at > $now::TIMESTAMPTZ))
    )
ORDER BY decision, score DESC, first_seen_at DESC, listing_id;

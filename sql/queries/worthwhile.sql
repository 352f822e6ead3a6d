-- The jobs first seen since then that qualify or are for review. Judged rows are read from a day before on: a job is decided when it is first
-- seen, or later.
WITH recent AS (SELECT listing_id, first_seen_at, expires_at FROM listing_newest WHERE first_seen_at >= $since::TIMESTAMPTZ),
decided AS (
    SELECT listing_id, arg_max(decision, seq) AS decision, arg_max(score, seq) AS score
    FROM decision SEMI JOIN recent USING (listing_id)
    WHERE decided_at >= $since::TIMESTAMPTZ - INTERVAL 1 DAY
    GROUP BY listing_id
)
SELECT recent.listing_id, decision, score, first_seen_at, expires_at
FROM recent JOIN decided USING (listing_id)
WHERE decision <> 'rejected';

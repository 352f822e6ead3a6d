-- The jobs first seen since then that qualify or are for review. Judged rows are read from a day before on: a job is decided when it is first
-- seen, or later. An edit may have changed when it expires.
WITH decided AS (
    SELECT listing_id, arg_max(decision, seq) AS decision, arg_max(score, seq) AS score
    FROM decision
    WHERE decided_at >= $since::TIMESTAMPTZ - INTERVAL 1 DAY
    GROUP BY listing_id
    HAVING arg_max(decision, seq) <> 'rejected'
),
edited AS (
    SELECT listing_id, arg_max(struct_pack(expires_at := expires_at), revision) AS newest
    FROM listing_edit SEMI JOIN decided USING (listing_id)
    GROUP BY listing_id
)
SELECT
    listing_id, decision, score, first_seen_at,
    CASE WHEN newest IS NULL THEN expires_at ELSE newest.expires_at END AS expires_at
FROM listing JOIN decided USING (listing_id) LEFT JOIN edited USING (listing_id)
WHERE first_seen_at >= $since::TIMESTAMPTZ;

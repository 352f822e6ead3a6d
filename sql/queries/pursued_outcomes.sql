-- Each listing that was pursued and not given up by the user: its score, the criteria that passed it, whether it was replied to and won, and
-- whether it is over (ended, or without an answer for too long) rather than in flight.
WITH pursued AS (
    SELECT
        listing_id,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage = 'hired') AS hired,
        bool_or(stage IN ('declined', 'withdrawn')) AS ended,
        bool_or(stage = 'withdrawn') AS withdrawn,
        min(at_time) FILTER (stage = 'pursued') AS pursued_at
    FROM pursuits
    JOIN listing USING (listing_id)
    WHERE $since::TIMESTAMPTZ IS NULL OR listing.first_seen_at >= $since::TIMESTAMPTZ
    GROUP BY listing_id
    HAVING pursued_at IS NOT NULL
)
SELECT
    score,
    list_transform(list_filter(findings, lambda f: f.verdict = 'pass'), lambda f: f.criterion) AS passed,
    replied,
    hired,
    hired OR ended OR (NOT replied AND pursued_at < $answered_by) AS over
FROM pursued JOIN decision_newest USING (listing_id)
WHERE replied OR NOT withdrawn;

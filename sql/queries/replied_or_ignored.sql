-- Of the listings that were pursued: how many that a criterion passed were replied to, and how many were not in time. Those in flight and
-- those that the user gave up are left out.
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
SELECT
    finding.criterion,
    count(*) FILTER (replied) AS replied,
    count(*) FILTER (NOT replied AND (ended OR pursued_at < $answered_by)) AS ignored
FROM pursued
JOIN (SELECT listing_id, unnest(findings) AS finding FROM decision_newest) USING (listing_id)
WHERE finding.verdict = 'pass' AND NOT given_up
GROUP BY finding.criterion;

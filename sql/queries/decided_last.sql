-- The newest decision on each job first seen since then.
SELECT listing_id, arg_max(decision, seq) AS decision
FROM decision SEMI JOIN (SELECT listing_id FROM listing WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ) USING (listing_id)
GROUP BY listing_id;

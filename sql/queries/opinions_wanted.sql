-- Jobs that came or were edited since then, of which the other criteria leave open what a language model may settle, and which has no say yet:
-- not those that it was asked about three times in vain.
WITH recent AS (
    SELECT listing_id, max(seen_at) AS since
    FROM (
        SELECT listing_id, first_seen_at AS seen_at FROM listing WHERE first_seen_at > $since
        UNION ALL
        SELECT listing_id, seen_at FROM listing_edit WHERE seen_at > $since
    )
    GROUP BY listing_id
),
decided AS (
    SELECT listing_id, criteria_hash, findings, score
    FROM decision SEMI JOIN recent USING (listing_id)
    QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY seq DESC) = 1
),
tried AS (
    SELECT listing_id FROM opinion JOIN recent USING (listing_id)
    WHERE asked_at >= recent.since
    GROUP BY listing_id
    HAVING count(*) >= $tries AND NOT bool_or(state = 'answered')
)
SELECT listing_id
FROM decided ANTI JOIN tried USING (listing_id)
WHERE criteria_hash = $criteria_hash
    AND len(list_filter(findings, lambda f: f.criterion = 'opinion' AND f.value IS NULL)) > 0
    AND len(list_filter(findings, lambda f: f.criterion IN ('rules', 'budget', 'client') AND f.verdict = 'fail')) = 0
    AND len(list_filter(findings, lambda f: f.criterion = 'proof' AND f.value >= $least::DOUBLE)) > 0
ORDER BY score DESC, listing_id;

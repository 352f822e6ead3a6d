-- Why do clients pay? For each of the five reasons: listings that name it, what they pay in the middle, how many had applied, and which of them your replies came from.
WITH facts AS (
    SELECT
        l.listing_id,
        d.decision = 'qualified' AS qualified,
        CASE WHEN l.pay = 'fixed' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS fixed,
        CASE WHEN l.pay = 'hourly' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS hourly,
        coalesce(l.proposals_min, l.proposals_max) AS proposals,
        EXISTS (SELECT 1 FROM pursuits AS p WHERE p.listing_id = l.listing_id AND p.stage <> 'skipped') AS pursued,
        EXISTS (SELECT 1 FROM pursuits AS p WHERE p.listing_id = l.listing_id AND p.stage IN ('replied', 'interviewed', 'hired')) AS replied
    FROM listings AS l
    JOIN decisions AS d USING (listing_id)
    WHERE l.repost_of IS NULL
),
named AS (
    SELECT DISTINCT listing_id, name AS reason FROM signals WHERE starts_with(kind, 'job.')
),
told AS (
    SELECT coalesce(named.reason, 'none named') AS reason, facts.*
    FROM facts LEFT JOIN named USING (listing_id)
)
SELECT
    reason,
    count(*) AS listings,
    round(count(*) / (SELECT count(*) FROM facts), 3) AS share,
    count(*) FILTER (qualified) AS qualified,
    median(fixed) AS median_fixed,
    median(hourly) AS median_hourly,
    median(proposals) AS median_proposals,
    count(*) FILTER (pursued) AS pursued,
    count(*) FILTER (replied) AS replied
FROM told
GROUP BY reason
ORDER BY reason = 'none named', listings DESC, reason;

-- From listing to deal: how many listings reached each stage, ever. Alerted are qualified ones; a later rejection doesn't erase an interview,
-- and views that were never recorded are unknown.
WITH reached AS (
    SELECT 1 AS step, 'listing' AS stage, listing_id FROM listings
    UNION ALL SELECT 2, 'qualified', listing_id FROM decisions WHERE decision = 'qualified'
    UNION ALL SELECT 3, 'alerted', listing_id FROM alerts JOIN decisions USING (listing_id)
    WHERE state = 'sent' AND kind IN ('match', 'changed') AND decision = 'qualified'
    UNION ALL SELECT 4, 'pursued', listing_id FROM pursuits WHERE stage IN ('pursued', 'viewed', 'replied', 'interviewed', 'hired')
    UNION ALL SELECT 5, 'viewed', listing_id FROM pursuits WHERE stage IN ('viewed', 'replied', 'interviewed', 'hired')
    UNION ALL SELECT 6, 'replied', listing_id FROM pursuits WHERE stage IN ('replied', 'interviewed', 'hired')
    UNION ALL SELECT 7, 'interviewed', listing_id FROM pursuits WHERE stage IN ('interviewed', 'hired')
    UNION ALL SELECT 8, 'hired', listing_id FROM pursuits WHERE stage = 'hired'
), stages AS (
    SELECT unnest(range(1, 9)) AS step,
        unnest(['listing', 'qualified', 'alerted', 'pursued', 'viewed', 'replied', 'interviewed', 'hired']) AS stage
)
SELECT
    stages.stage,
    CASE
        WHEN stages.stage = 'viewed' AND count(reached.listing_id) = 0 AND EXISTS (FROM pursuits WHERE stage = 'pursued') THEN NULL
        ELSE count(DISTINCT reached.listing_id)
    END AS listings
FROM stages
LEFT JOIN reached ON reached.step = stages.step
GROUP BY stages.step, stages.stage
ORDER BY stages.step;

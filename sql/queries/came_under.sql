-- Of each text of the criteria that has judged: how many jobs it decided, how many of them qualified, and how many of those were pursued.
WITH judged AS (
    SELECT criteria_hash, listing_id, arg_max(decision, seq) AS decision FROM decision GROUP BY criteria_hash, listing_id
),
pursued AS (SELECT DISTINCT listing_id FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id) WHERE stage <> 'skipped')
SELECT
    criteria_hash,
    count(*) AS judged,
    count(*) FILTER (decision = 'qualified') AS qualified,
    count(*) FILTER (decision = 'qualified' AND pursued.listing_id IS NOT NULL) AS pursued
FROM judged LEFT JOIN pursued USING (listing_id)
GROUP BY criteria_hash;

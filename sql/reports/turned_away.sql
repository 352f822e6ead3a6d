-- What each criterion turns away: listings that fail it, and those that fail nothing else.
WITH failed AS (
    SELECT f.listing_id, f.criterion, count(*) OVER (PARTITION BY f.listing_id) AS failures
    FROM findings AS f
    JOIN decisions AS d USING (listing_id)
    WHERE f.verdict = 'fail' AND NOT starts_with(f.criterion, 'flag:') AND d.decision = 'rejected'
)
SELECT
    criterion,
    count(*) AS turned_away,
    count(*) FILTER (failures = 1) AS alone,
    count(*) FILTER (failures > 1) AS with_others
FROM failed
GROUP BY criterion
ORDER BY alone DESC, turned_away DESC, criterion;

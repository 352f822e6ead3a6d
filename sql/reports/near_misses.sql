-- Listings of the last 30 days that one criterion alone turned away, the nearest first, with what would have been needed.
WITH failed AS (
    SELECT f.*, count(*) OVER (PARTITION BY f.listing_id) AS failures
    FROM findings AS f
    JOIN decisions AS d USING (listing_id)
    WHERE f.verdict = 'fail' AND NOT starts_with(f.criterion, 'flag:') AND d.decision = 'rejected'
)
SELECT
    left(l.listing_id, 8) AS id,
    l.title,
    failed.criterion,
    failed.value,
    failed.threshold,
    failed.unit,
    round(failed.value / nullif(failed.threshold, 0), 3) AS reached,
    failed.reason,
    l.url
FROM failed
JOIN listings AS l USING (listing_id)
WHERE failed.failures = 1 AND l.first_seen_at > now() - INTERVAL 30 DAY
ORDER BY reached DESC NULLS LAST, l.first_seen_at DESC, id;

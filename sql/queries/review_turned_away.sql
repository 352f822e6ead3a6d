-- What each required criterion turned away of the listings first seen in a window, alone and together with others: as a whole ('all') and
-- per marketplace, proof and feed.
WITH against AS (
    SELECT
        listing_id,
        marketplace(platform, url) AS platform,
        proof,
        list_transform(
            list_filter(
                findings,
                lambda f: (f.verdict = 'fail' AND list_contains($on_fail, f.criterion))
                    OR (f.verdict = 'unknown' AND list_contains($on_unknown, f.criterion))
            ),
            lambda f: f.criterion
        ) AS criteria
    FROM decision_newest JOIN listing USING (listing_id) ANTI JOIN pasted USING (listing_id)
    WHERE decision = 'rejected' AND listing.first_seen_at >= $since AND listing.first_seen_at < $until
), parts AS (
    SELECT 'all' AS grouped_by, '' AS name, criteria FROM against
    UNION ALL SELECT 'platform', platform, criteria FROM against
    UNION ALL SELECT 'proof', proof, criteria FROM against WHERE proof IS NOT NULL
    UNION ALL SELECT 'feed', feed, criteria FROM against JOIN (SELECT DISTINCT listing_id, feed FROM presence WHERE feed <> 'judged') USING (listing_id)
)
SELECT
    grouped_by,
    name,
    criterion,
    count(*) FILTER (together = 1) AS alone,
    count(*) FILTER (together > 1) AS with_others
FROM (SELECT grouped_by, name, unnest(criteria) AS criterion, len(criteria) AS together FROM parts)
GROUP BY ALL
ORDER BY grouped_by, name, alone DESC, with_others DESC, criterion;

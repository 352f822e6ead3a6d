-- What each required criterion turned away of the listings first seen in a window: alone, and together with others.
WITH against AS (
    SELECT
        listing_id,
        list_transform(
            list_filter(
                findings,
                lambda f: (f.verdict = 'fail' AND list_contains($on_fail, f.criterion))
                    OR (f.verdict = 'unknown' AND list_contains($on_unknown, f.criterion))
            ),
            lambda f: f.criterion
        ) AS criteria
    FROM decision_newest JOIN listing USING (listing_id)
    WHERE decision = 'rejected' AND listing.first_seen_at >= $since AND listing.first_seen_at < $until
)
SELECT
    criterion,
    count(*) FILTER (together = 1) AS alone,
    count(*) FILTER (together > 1) AS with_others
FROM (SELECT unnest(criteria) AS criterion, len(criteria) AS together FROM against)
GROUP BY criterion
ORDER BY alone DESC, with_others DESC, criterion;

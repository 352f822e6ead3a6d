-- The rejected listings first seen since then, each with the findings that reject it.
SELECT
    decision_newest.listing_id,
    listing.title,
    list_transform(
        list_filter(
            findings,
            lambda f: (f.verdict = 'fail' AND list_contains($on_fail, f.criterion))
                OR (f.verdict = 'unknown' AND list_contains($on_unknown, f.criterion))
        ),
        lambda f: struct_pack(criterion := f.criterion, value := f.value, threshold := f.threshold, unit := f.unit)
    ) AS against
FROM decision_newest JOIN listing USING (listing_id)
WHERE decision = 'rejected' AND ($since::TIMESTAMPTZ IS NULL OR listing.first_seen_at >= $since::TIMESTAMPTZ);

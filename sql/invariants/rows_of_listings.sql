-- Whatever else is kept of a job (entries, sightings, live facts, measures, pursuits, ratings, opinions, what it repeats) is of a listing that exists;
-- a pursuit that bears a title of its own is of none.
SELECT format('{} of listing {}', what, listing_id) AS example
FROM (
    SELECT 'raw entry' AS what, listing_id FROM raw_entry
    UNION ALL SELECT 'entry in a feed', listing_id FROM current_entry
    UNION ALL SELECT 'presence', listing_id FROM presence
    UNION ALL SELECT 'observation', listing_id FROM observation
    UNION ALL SELECT 'measure', listing_id FROM measure
    UNION ALL SELECT 'pursuit', listing_id FROM pursuit WHERE title IS NULL
    UNION ALL SELECT 'rating', listing_id FROM rating
    UNION ALL SELECT 'opinion', listing_id FROM opinion
    UNION ALL SELECT 'repost', repost_of FROM listing WHERE repost_of IS NOT NULL
)
ANTI JOIN listing USING (listing_id);

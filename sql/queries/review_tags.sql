-- The tags that listings first seen in a window and turned away bear most often, three at most with how many bear each: as a whole ('all')
-- and per marketplace, proof and feed.
WITH tagged AS (
    SELECT listing_id, marketplace(platform, url) AS platform, proof, unnest(list_distinct(list_transform(skills, lambda s: lower(trim(s))))) AS tag, skills
    FROM decision_newest JOIN listing USING (listing_id) ANTI JOIN pasted USING (listing_id)
    WHERE decision = 'rejected' AND listing.first_seen_at >= $since AND listing.first_seen_at < $until
), spelt AS (
    SELECT listing_id, platform, proof, tag, list_filter(skills, lambda s: lower(trim(s)) = tag)[1] AS name FROM tagged WHERE tag != ''
), parts AS (
    SELECT 'all' AS grouped_by, '' AS name, tag, name AS spelling FROM spelt
    UNION ALL SELECT 'platform', platform, tag, name FROM spelt
    UNION ALL SELECT 'proof', proof, tag, name FROM spelt WHERE proof IS NOT NULL
    UNION ALL SELECT 'feed', feed, tag, name FROM spelt JOIN (SELECT DISTINCT listing_id, feed FROM presence WHERE feed <> 'judged') USING (listing_id)
)
SELECT grouped_by, name, min(spelling) AS tag, count(*) AS listings
FROM parts
GROUP BY grouped_by, name, parts.tag
QUALIFY row_number() OVER (PARTITION BY grouped_by, name ORDER BY listings DESC, min(spelling)) <= 3
ORDER BY grouped_by, name, listings DESC, tag;

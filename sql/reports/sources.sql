-- Concentration: what share of qualified listings, pursuits and deals hangs on each marketplace, and on each channel of one's own? What if it closed tomorrow?
WITH facts AS (
    SELECT
        marketplace(l.platform, l.url) AS platform,
        coalesce(d.decision = 'qualified', false) AS qualified,
        EXISTS (SELECT 1 FROM pursuits AS p WHERE p.listing_id = l.listing_id AND p.stage <> 'skipped') AS pursued,
        EXISTS (SELECT 1 FROM pursuits AS p WHERE p.listing_id = l.listing_id AND p.stage = 'hired') AS hired
    FROM listings AS l
    LEFT JOIN decisions AS d USING (listing_id)
    UNION ALL
    SELECT coalesce(arg_min(source, at_time), 'elsewhere'), NULL, bool_or(stage <> 'skipped'), bool_or(stage = 'hired')
    FROM pursuits
    WHERE title IS NOT NULL
    GROUP BY listing_id
)
SELECT
    platform,
    count(qualified) AS listings,
    count(*) FILTER (qualified) AS qualified,
    round(count(*) FILTER (qualified) / nullif(sum(count(*) FILTER (qualified)) OVER (), 0), 3) AS share_of_qualified,
    count(*) FILTER (pursued) AS pursued,
    round(count(*) FILTER (pursued) / nullif(sum(count(*) FILTER (pursued)) OVER (), 0), 3) AS share_of_pursued,
    count(*) FILTER (hired) AS hired
FROM facts
GROUP BY platform
ORDER BY qualified DESC, listings DESC, platform;

-- Concentration: what share of qualified listings, pursuits and deals hangs on each marketplace? What if it closed tomorrow?
WITH facts AS (
    SELECT
        l.platform,
        d.decision = 'qualified' AS qualified,
        EXISTS (SELECT 1 FROM pursuits AS p WHERE p.listing_id = l.listing_id AND p.stage <> 'skipped') AS pursued,
        EXISTS (SELECT 1 FROM pursuits AS p WHERE p.listing_id = l.listing_id AND p.stage = 'hired') AS hired
    FROM listings AS l
    LEFT JOIN decisions AS d USING (listing_id)
)
SELECT
    platform,
    count(*) AS listings,
    count(*) FILTER (qualified) AS qualified,
    round(count(*) FILTER (qualified) / nullif(sum(count(*) FILTER (qualified)) OVER (), 0), 3) AS share_of_qualified,
    count(*) FILTER (pursued) AS pursued,
    round(count(*) FILTER (pursued) / nullif(sum(count(*) FILTER (pursued)) OVER (), 0), 3) AS share_of_pursued,
    count(*) FILTER (hired) AS hired
FROM facts
GROUP BY platform
ORDER BY qualified DESC, listings DESC, platform;

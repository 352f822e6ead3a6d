-- When are jobs posted? Listings by weekday (1 = Monday) and hour, in the time zone of [me] (in plain duckdb: SET VARIABLE timezone = '…').
WITH posted AS (
    SELECT
        timezone(coalesce(getvariable('timezone'), current_setting('TimeZone')), l.posted_at) AS local_time,
        d.decision
    FROM listings AS l
    LEFT JOIN decisions AS d USING (listing_id)
    WHERE l.posted_at IS NOT NULL
)
SELECT
    isodow(local_time) AS weekday,
    hour(local_time) AS hour,
    count(*) AS listings,
    count(*) FILTER (decision = 'qualified') AS qualified
FROM posted
GROUP BY ALL
ORDER BY weekday, hour;

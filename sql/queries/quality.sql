-- The quality of the work that came in a window, by week (NULL: the whole window), the oldest week first. $fixed_floor and $hourly_floor
-- (NULL: none) say which stated pay is over the floor. Columns and rules as in the report quality_by_week.
SELECT
    date_trunc('week', first_seen_at) AS week,
    count(*) AS listings,
    count(*) FILTER (qualified) AS qualified,
    median(worth) FILTER (qualified AND pay = 'fixed') AS median_fixed,
    median(worth) FILTER (qualified AND pay = 'hourly') AS median_hourly,
    count(client_known) AS clients_stated,
    count(*) FILTER (client_known) AS clients_known,
    median(proposals) FILTER (NOT earlier) AS proposals,
    median(hours_to_sight) AS hours_to_sight,
    count(*) FILTER (over_floor IS NOT NULL) AS paid,
    count(*) FILTER (over_floor) AS over_floor,
    count(complex) AS weighed,
    count(*) FILTER (complex) AS complex,
    count(ai) AS ai_looked_for,
    count(*) FILTER (ai) AS ai
FROM (
    SELECT
        *,
        CASE pay WHEN 'fixed' THEN worth >= $fixed_floor::DECIMAL(18, 4) WHEN 'hourly' THEN worth >= $hourly_floor::DECIMAL(18, 4) END AS over_floor
    FROM work_available
    WHERE first_seen_at >= $since AND first_seen_at < $until
)
GROUP BY GROUPING SETS ((date_trunc('week', first_seen_at)), ())
ORDER BY week NULLS LAST;

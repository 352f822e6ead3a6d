-- How good is the work that is available, week by week? Qualified per 100, their median pay, clients with a history, crowding and hours at first sight.
-- In plain duckdb: SET VARIABLE fixed_floor = …, hourly_floor = …; without them, 500 a job and 40 an hour.
WITH work AS (
    SELECT
        *,
        date_trunc('week', first_seen_at) AS week,
        CASE pay
            WHEN 'fixed' THEN worth >= coalesce(getvariable('fixed_floor'), 500)
            WHEN 'hourly' THEN worth >= coalesce(getvariable('hourly_floor'), 40)
        END AS over_floor
    FROM work_available
)
SELECT
    strftime(week, '%Y-%m-%d') AS week,
    count(*) AS listings,
    round(100 * count(*) FILTER (qualified) / count(*), 1) AS qualified_per_100,
    median(worth) FILTER (qualified AND pay = 'fixed') AS median_fixed,
    median(worth) FILTER (qualified AND pay = 'hourly') AS median_hourly,
    round(count(*) FILTER (client_known) / nullif(count(client_known), 0), 3) AS share_of_clients_known,
    median(proposals) FILTER (NOT earlier) AS proposals_at_first_sight,
    round(median(hours_to_sight), 2) AS hours_to_first_sight,
    round(count(*) FILTER (over_floor) / nullif(count(over_floor), 0), 3) AS share_over_floor,
    round(count(*) FILTER (NOT over_floor) / nullif(count(over_floor), 0), 3) AS share_under_floor,
    round(count(*) FILTER (complex) / nullif(count(complex), 0), 3) AS share_complex,
    round(count(*) FILTER (ai) / nullif(count(ai), 0), 3) AS share_asking_for_ai
FROM work
GROUP BY work.week
ORDER BY work.week;

-- Hourly bands over time: per month, how many hourly listings pay in which band (base currency, upper end), and how many qualified.
WITH hourly AS (
    SELECT date_trunc('month', l.first_seen_at) AS month, coalesce(l.budget_max_base, l.budget_min_base) AS rate, d.decision
    FROM listings AS l
    LEFT JOIN decisions AS d USING (listing_id)
    WHERE l.pay = 'hourly' AND coalesce(l.pay_period, 'hour') = 'hour' AND l.repost_of IS NULL
)
SELECT
    strftime(month, '%Y-%m') AS month,
    CASE
        WHEN rate IS NULL THEN 'not stated'
        WHEN rate < 15 THEN 'under 15'
        WHEN rate < 30 THEN '15 to 30'
        WHEN rate < 50 THEN '30 to 50'
        WHEN rate < 80 THEN '50 to 80'
        ELSE '80 and over'
    END AS band,
    count(*) AS listings,
    count(*) FILTER (decision = 'qualified') AS qualified
FROM hourly
GROUP BY hourly.month, band
ORDER BY hourly.month, min(coalesce(rate, 1e9)), band;

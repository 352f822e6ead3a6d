-- Which of your tasks are asked for? For each [[task]] and month: listings, their share, what they pay in the middle, and how many had applied.
WITH facts AS (
    SELECT
        l.listing_id,
        strftime(date_trunc('month', l.first_seen_at), '%Y-%m') AS month,
        d.decision = 'qualified' AS qualified,
        CASE WHEN l.pay = 'fixed' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS fixed,
        CASE WHEN l.pay = 'hourly' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS hourly,
        coalesce(l.proposals_min, l.proposals_max) AS proposals
    FROM listings AS l
    JOIN decisions AS d USING (listing_id)
    WHERE l.repost_of IS NULL
),
months AS (
    SELECT month, count(*) AS all_listings FROM facts GROUP BY month
)
SELECT
    task.name AS task,
    month,
    count(*) AS listings,
    round(count(*) / any_value(all_listings), 3) AS share,
    count(*) FILTER (qualified) AS qualified,
    median(fixed) AS median_fixed,
    median(hourly) AS median_hourly,
    median(proposals) AS median_proposals
FROM (SELECT DISTINCT listing_id, name FROM signals WHERE starts_with(kind, 'task.')) AS task
JOIN facts USING (listing_id)
JOIN months USING (month)
GROUP BY task.name, month
ORDER BY task, month;

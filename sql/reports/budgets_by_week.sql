-- Fixed budgets and hourly rates over time (base currency): quartiles of what listings state, per week. The upper end of a range counts.
SELECT
    strftime(date_trunc('week', first_seen_at), '%Y-%m-%d') AS week,
    pay,
    count(*) AS listings,
    count(*) FILTER (coalesce(budget_max_base, budget_min_base) IS NULL) AS not_stated,
    round(quantile_cont(coalesce(budget_max_base, budget_min_base), 0.25), 2) AS lower_quartile,
    round(quantile_cont(coalesce(budget_max_base, budget_min_base), 0.5), 2) AS median,
    round(quantile_cont(coalesce(budget_max_base, budget_min_base), 0.75), 2) AS upper_quartile
FROM listings
WHERE pay IN ('fixed', 'hourly') AND coalesce(pay_period, 'hour') IN ('hour', 'project') AND repost_of IS NULL
GROUP BY ALL
ORDER BY week, pay;

-- Is value moving away from small jobs? Per week: share of listings and of stated money under and from what 500 US dollars are worth (base currency), fixed price only.
-- In plain duckdb: SET VARIABLE small_job = …; without it, 500.
WITH fixed AS (
    SELECT
        date_trunc('week', first_seen_at) AS week,
        coalesce(budget_max_base, budget_min_base) AS money,
        coalesce(getvariable('small_job'), 500) AS small
    FROM listings
    WHERE pay = 'fixed' AND repost_of IS NULL AND coalesce(budget_max_base, budget_min_base) IS NOT NULL
)
SELECT
    strftime(week, '%Y-%m-%d') AS week,
    count(*) AS listings,
    round(avg((money < small)::INTEGER), 3) AS share_of_listings_small,
    round(coalesce(sum(money) FILTER (money < small), 0) / sum(money), 3) AS share_of_money_small,
    coalesce(sum(money) FILTER (money < small), 0) AS money_small,
    coalesce(sum(money) FILTER (money >= small), 0) AS money_larger,
    median(money) AS median_money,
    any_value(small) AS small_is_under
FROM fixed
GROUP BY fixed.week
ORDER BY fixed.week;

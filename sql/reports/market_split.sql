-- Is value moving away from small jobs? Per week: share of listings and of stated money under and from 500 (base currency), fixed price only.
WITH fixed AS (
    SELECT date_trunc('week', first_seen_at) AS week, coalesce(budget_max_base, budget_min_base) AS money
    FROM listings
    WHERE pay = 'fixed' AND repost_of IS NULL AND coalesce(budget_max_base, budget_min_base) IS NOT NULL
)
SELECT
    strftime(week, '%Y-%m-%d') AS week,
    count(*) AS listings,
    round(avg((money < 500)::INTEGER), 3) AS share_of_listings_under_500,
    round(coalesce(sum(money) FILTER (money < 500), 0) / sum(money), 3) AS share_of_money_under_500,
    coalesce(sum(money) FILTER (money < 500), 0) AS money_under_500,
    coalesce(sum(money) FILTER (money >= 500), 0) AS money_from_500,
    median(money) AS median_money
FROM fixed
GROUP BY fixed.week
ORDER BY fixed.week;

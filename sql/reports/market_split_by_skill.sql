-- Which skills are paid in small jobs, and which in larger ones? Fixed price, base currency; skills in five listings and more.
WITH fixed AS (
    SELECT
        unnest(skills) AS skill,
        coalesce(budget_max_base, budget_min_base) AS money,
        coalesce(getvariable('small_job'), 500) AS small
    FROM listings
    WHERE pay = 'fixed' AND repost_of IS NULL AND coalesce(budget_max_base, budget_min_base) IS NOT NULL
)
SELECT
    mode(skill) AS skill,
    count(*) AS listings,
    round(avg((money < small)::INTEGER), 3) AS share_small,
    median(money) AS median_money,
    sum(money) AS money
FROM fixed
GROUP BY lower(skill)
HAVING count(*) >= 5
ORDER BY median_money DESC, listings DESC, skill;

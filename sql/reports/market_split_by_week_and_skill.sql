-- Is value moving away from small jobs, skill by skill? Fixed price, base currency, per week; skills in three such listings and more.
WITH fixed AS (
    SELECT
        date_trunc('week', first_seen_at) AS week,
        unnest(skills) AS skill,
        coalesce(budget_max_base, budget_min_base) AS money,
        coalesce(getvariable('small_job'), 500) AS small
    FROM listings
    WHERE pay = 'fixed' AND repost_of IS NULL AND coalesce(budget_max_base, budget_min_base) IS NOT NULL
), common AS (
    SELECT lower(skill) AS name, mode(skill) AS skill
    FROM fixed
    GROUP BY lower(skill)
    HAVING count(*) >= 3
)
SELECT
    strftime(fixed.week, '%Y-%m-%d') AS week,
    common.skill,
    count(*) AS listings,
    round(avg((money < small)::INTEGER), 3) AS share_of_listings_small,
    round(coalesce(sum(money) FILTER (money < small), 0) / sum(money), 3) AS share_of_money_small,
    coalesce(sum(money) FILTER (money < small), 0) AS money_small,
    coalesce(sum(money) FILTER (money >= small), 0) AS money_larger
FROM fixed
JOIN common ON common.name = lower(fixed.skill)
GROUP BY fixed.week, common.skill
ORDER BY fixed.week, listings DESC, common.skill;

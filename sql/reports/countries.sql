-- Where clients are, and what is known of their quality. Countries with three listings and more; unknown is a row of its own.
SELECT
    coalesce(l.country, 'not known') AS country,
    count(*) AS listings,
    count(*) FILTER (d.decision = 'qualified') AS qualified,
    count(l.client_payment_verified) AS payment_known,
    round(avg(l.client_payment_verified::INTEGER), 3) AS payment_verified,
    median(l.client_spent) AS median_spent,
    round(avg(l.client_hire_rate), 3) AS mean_hire_rate,
    round(avg(l.client_rating), 2) AS mean_rating,
    median(coalesce(l.budget_max_base, l.budget_min_base)) FILTER (l.pay = 'fixed') AS median_fixed,
    median(coalesce(l.budget_max_base, l.budget_min_base)) FILTER (l.pay = 'hourly') AS median_hourly
FROM listings AS l
LEFT JOIN decisions AS d USING (listing_id)
GROUP BY coalesce(l.country, 'not known')
HAVING count(*) >= 3
ORDER BY qualified DESC, listings DESC, country;

-- How listings of one kind of pay spread over bands (base currency, upper end of a range): the lower end of each, listings, qualified.
SELECT band, count(*) AS listings, count(*) FILTER (d.decision = 'qualified') AS qualified
FROM (
    SELECT listing_id, list_max(list_filter($bands::DOUBLE[], lambda low: low <= coalesce(budget_max_base, budget_min_base))) AS band
    FROM listings
    WHERE pay = $pay AND pay_period = $period AND repost_of IS NULL AND coalesce(budget_max_base, budget_min_base) IS NOT NULL
)
LEFT JOIN decisions AS d USING (listing_id)
GROUP BY band
ORDER BY band;

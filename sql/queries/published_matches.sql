-- The newest listings that qualify, for a feed of matches.
SELECT
    listing_id, title, url, pay, pay_period, budget_min, budget_max, unit_price, unit, currency, country, posted_at, first_seen_at, proof, ask
FROM listings JOIN decisions USING (listing_id)
WHERE decision = 'qualified'
ORDER BY first_seen_at DESC, listing_id
LIMIT 50;

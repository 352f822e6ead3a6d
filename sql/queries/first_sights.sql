-- These listings as they were at their first sight; times as microseconds, which are read several times faster.
SELECT
    listing_id,
    text_hash,
    epoch_us(first_seen_at) AS first_seen_at,
    [budget_min_base, budget_max_base, client_spent_base, client_avg_hourly_base] AS base,
    epoch_us(posted_at) AS posted_at,
    epoch_us(expires_at) AS expires_at,
    platform, title, description, pay, pay_period, budget_min, budget_max, currency, unit_price, unit, skills, country, open_to, timezones, language, truncated,
    duration, hours_per_week, connects, proposals_min, proposals_max, client_payment_verified, client_spent, client_hires, client_posted_jobs,
    client_hire_rate, client_rating, client_avg_hourly, client_currency
FROM listing
WHERE rowid IN (SELECT unnest($rows::BIGINT[]))
ORDER BY rowid;

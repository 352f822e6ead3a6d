-- What near.facts_differ compares of these jobs: without their texts, of which each block of 2,048 would be unpacked for one of them.
SELECT
    listing_id, pay, pay_period, budget_min, budget_max, currency, unit_price, unit, country, open_to, timezones, language, experience_level, company
FROM listing_newest WHERE listing_id IN (SELECT unnest($ids));

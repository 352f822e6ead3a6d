-- What a list shows of each of these jobs: no text, which is a block to unpack for each, and a third of the columns. All their versions.
SELECT
    listing_id, revision, first_seen_at, repost_of, title, url, platform, country, posted_at,
    pay, pay_period, budget_min, budget_max, currency, unit_price, unit, proposals_min, proposals_max
FROM listing
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
UNION ALL
SELECT
    listing_id, revision, first_seen_at, repost_of, title, url, platform, country, posted_at,
    pay, pay_period, budget_min, budget_max, currency, unit_price, unit, proposals_min, proposals_max
FROM listing_edit
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]));

-- The jobs of the clients of these jobs: which of them (`of`) has which. As the view client_listings says it, asked only of those that ever had
-- the same id, or company, or hires and reviews on the same marketplace: materialised before a client is told, so that none is told of every job.
WITH asked AS MATERIALIZED (
    SELECT
        listing_id, platform, country, client_id, company, client_hires, client_reviews, client_spent, client_avg_hourly
    FROM listing_newest
    WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
),
wanted AS MATERIALIZED (
    SELECT platform, country, client_id, lower(trim(company)) AS company, client_hires, client_reviews,
        client_known(client_id, country, company, client_hires, client_reviews, client_spent, client_avg_hourly) AS how_known
    FROM asked
),
versions AS NOT MATERIALIZED (
    SELECT listing_id, platform, country, client_id, lower(trim(company)) AS company, client_hires, client_reviews FROM listing
    UNION ALL
    SELECT listing_id, platform, country, client_id, lower(trim(company)), client_hires, client_reviews FROM listing_edit
),
like_them AS MATERIALIZED (
    SELECT listing_id FROM versions SEMI JOIN (FROM wanted WHERE how_known = 'id') AS one USING (platform, client_id)
    UNION
    SELECT listing_id FROM versions SEMI JOIN (FROM wanted WHERE how_known = 'company') AS one USING (platform, country, company)
    UNION
    SELECT listing_id FROM versions SEMI JOIN (FROM wanted WHERE how_known = 'facts') AS one USING (platform, country, client_hires, client_reviews)
),
like_jobs AS MATERIALIZED (
    SELECT
        listing_id, first_seen_at, repost_of, platform, country, client_id, company, client_hires, client_reviews, client_spent, client_currency,
        client_avg_hourly, client_rating
    FROM listing_newest SEMI JOIN like_them USING (listing_id)
),
keyed AS MATERIALIZED (
    SELECT
        listing_id,
        first_seen_at,
        coalesce(repost_of, listing_id) AS first_posted_as,
        platform,
        client_hires AS hires,
        client_known(client_id, country, company, client_hires, client_reviews, client_spent, client_avg_hourly) AS how_known,
        client_name(
            how_known, client_id, country, company, client_hires, client_reviews, client_spent, client_currency, client_avg_hourly, client_rating
        ) AS name
    FROM like_jobs
)
SELECT one.listing_id AS of, how_known, other.listing_id, other.first_seen_at, other.first_posted_as, other.hires
FROM keyed AS one SEMI JOIN asked USING (listing_id) JOIN keyed AS other USING (platform, how_known, name)
ORDER BY of, other.first_seen_at, other.listing_id;

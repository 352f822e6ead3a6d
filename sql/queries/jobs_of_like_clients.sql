-- Jobs that may be of the same client as one of these: of the same marketplace, with its client's id, or company, or hires and reviews, the
-- same. Which of them are, the view client_listings says; this looks at few columns, so that it needn't be asked of every job.
WITH newest AS MATERIALIZED (
    SELECT listing_id, platform, client_id, lower(trim(company)) AS company, country, client_hires, client_reviews
    FROM listing_newest
    WHERE client_id IS NOT NULL OR country IS NOT NULL
),
wanted AS (FROM newest WHERE list_contains($ids::VARCHAR[], listing_id))
SELECT newest.listing_id FROM newest JOIN wanted USING (platform, client_id)
UNION
SELECT newest.listing_id FROM newest JOIN wanted USING (platform, company, country)
UNION
SELECT newest.listing_id FROM newest JOIN wanted USING (platform, country, client_hires, client_reviews) WHERE client_hires >= 10;

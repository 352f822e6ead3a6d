-- Which client each job is of, where its feed tells: by the feed's own id ('id'), by company and country ('company'), or perhaps ('facts'), by
-- country, hires, reviews and money spent, which must be the same and rare, with an average rate and a rating that are none other. Never
-- across marketplaces. What "rare" is was tried on made clients: tests/store/test_clients.py.
CREATE OR REPLACE MACRO client_known(client_id, country, company, hires, reviews, spent, average) AS CASE
    WHEN client_id IS NOT NULL THEN 'id'
    WHEN country IS NULL THEN NULL
    WHEN NOT regexp_full_match(
        lower(trim(company)),
        '|confidential.*|private.*|anonymous.*|undisclosed.*|stealth.*|unknown|n/?a|-|none|client|company|employer|freelancer?|individual|self[- ]employed'
    ) THEN 'company'
    WHEN hires >= 10 AND reviews >= 5 AND spent >= 1000 AND (coalesce(average % 1 <> 0, false) OR spent % 100 <> 0) THEN 'facts'
END;
CREATE OR REPLACE MACRO client_name(how_known, client_id, country, company, hires, reviews, spent, currency, average, rating) AS
    CASE how_known
        WHEN 'id' THEN client_id
        WHEN 'company' THEN concat_ws(' ', country, lower(trim(company)))
        WHEN 'facts' THEN concat_ws(' ', country, hires, reviews, spent, currency, coalesce(average, 0), coalesce(rating, 0))
    END;
CREATE OR REPLACE VIEW client_listings AS
SELECT
    listing_id,
    client_known(client_id, country, company, client_hires, client_reviews, client_spent, client_avg_hourly) AS how_known,
    left(md5(concat_ws(' ', platform, how_known, client_name(
        how_known, client_id, country, company, client_hires, client_reviews, client_spent, client_currency, client_avg_hourly, client_rating
    ))), 20) AS client_key
FROM internal.listing_newest
WHERE how_known IS NOT NULL;
COMMENT ON VIEW client_listings IS 'One row per listing whose client is known, or perhaps is.';
COMMENT ON COLUMN client_listings.listing_id IS 'which listing';
COMMENT ON COLUMN client_listings.how_known IS 'id (the feed''s own), company (and country, both the same), or facts: perhaps the same client, counted nowhere';
COMMENT ON COLUMN client_listings.client_key IS 'the same for all listings of one client on one marketplace';

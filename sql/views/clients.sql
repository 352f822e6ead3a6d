-- Clients that are known across their jobs on one marketplace. With how_known 'facts' it is perhaps the same client: such rows are counted nowhere
-- else. `hires` is what the client's newest job states.
CREATE OR REPLACE VIEW clients AS
SELECT
    client_key,
    any_value(how_known) AS how_known,
    any_value(platform) AS platform,
    count(*) AS listings,
    arg_max(client_hires, first_seen_at) AS hires,
    min(first_seen_at) AS first_seen_at,
    max(last_seen_at) AS last_seen_at
FROM client_listings JOIN listings USING (listing_id)
GROUP BY client_key;

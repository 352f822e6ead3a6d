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
COMMENT ON VIEW clients IS 'One row per client that is known, or perhaps is, on one marketplace.';
COMMENT ON COLUMN clients.client_key IS 'that of client_listings';
COMMENT ON COLUMN clients.how_known IS 'id, company or facts; with facts the listings are of perhaps the same client';
COMMENT ON COLUMN clients.platform IS 'the marketplace';
COMMENT ON COLUMN clients.listings IS 'how many of theirs came';
COMMENT ON COLUMN clients.hires IS 'people that they hired, as their newest listing states it';
COMMENT ON COLUMN clients.first_seen_at IS 'when their first listing came';
COMMENT ON COLUMN clients.last_seen_at IS 'when one of theirs was last in a feed';

-- Which clients post again and again, and what came of it with them? Those that are known for sure, on one marketplace each.
SELECT
    clients.platform,
    any_value(listings.company) AS company,
    any_value(clients.listings) AS listings,
    any_value(clients.hires) AS hires,
    count(*) FILTER (EXISTS (
        SELECT 1 FROM pursuits WHERE pursuits.listing_id = client_listings.listing_id AND stage <> 'skipped'
    )) AS pursued,
    count(*) FILTER (EXISTS (
        SELECT 1 FROM pursuits WHERE pursuits.listing_id = client_listings.listing_id AND stage = 'hired'
    )) AS hired_me,
    any_value(clients.first_seen_at) AS first_seen_at,
    any_value(clients.last_seen_at) AS last_seen_at
FROM clients
JOIN client_listings USING (client_key)
JOIN listings USING (listing_id)
WHERE clients.how_known <> 'facts' AND clients.listings > 1
GROUP BY client_key, clients.platform
ORDER BY listings DESC, first_seen_at, client_key;

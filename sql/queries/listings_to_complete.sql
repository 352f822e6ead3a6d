-- Listings whose ids begin so, for a shell's completion: what may be answered first, then the newest.
SELECT listing_id, title
FROM listings
LEFT JOIN decisions USING (listing_id)
WHERE starts_with(listing_id, $beginning)
ORDER BY decision IS NULL OR decision = 'rejected', first_seen_at DESC, listing_id
LIMIT 50

-- The jobs that bear one of these titles (in lower case, without spaces around), the newest first.
SELECT lower(trim(title)) AS title, listing_id
FROM listing_newest
WHERE lower(trim(title)) IN (SELECT unnest($titles::VARCHAR[]))
ORDER BY first_seen_at DESC, listing_id;

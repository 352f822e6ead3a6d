-- Every job first seen from then on (NULL: ever), the oldest first.
SELECT listing_id FROM listing WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ ORDER BY first_seen_at, listing_id;

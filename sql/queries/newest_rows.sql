-- The row numbers of the listings first seen since then, the newest first.
SELECT rowid FROM listing WHERE first_seen_at >= $since ORDER BY first_seen_at DESC, listing_id LIMIT $at_most;

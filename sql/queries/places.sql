-- Where the listings first seen since then stand: row numbers, which stay, for that table only grows.
SELECT listing_id, rowid AS place FROM listing WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ;

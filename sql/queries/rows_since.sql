-- The row numbers of the listings first seen since then.
SELECT rowid FROM listing WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ ORDER BY rowid;

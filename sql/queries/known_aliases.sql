-- Which jobs these names mean, the oldest first.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT kind, replace(digest::VARCHAR, '-', '') AS digest, listing_id, first_seen_at
FROM alias
WHERE rowid IN (SELECT rowid FROM alias WHERE key IN (SELECT unnest($keys::UBIGINT[])))
ORDER BY first_seen_at, listing_id;

-- The feeds that each of these jobs was ever seen in, the first one first.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, feed
FROM presence
WHERE rowid IN (SELECT rowid FROM presence WHERE key IN (SELECT unnest($keys::UBIGINT[])))
GROUP BY listing_id, feed
ORDER BY listing_id, min(event_at), feed;

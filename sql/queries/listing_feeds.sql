-- The feeds that each of these jobs was ever seen in, the first one first.
SELECT listing_id, feed
FROM presence
WHERE key IN (SELECT unnest($keys::UBIGINT[]))
GROUP BY listing_id, feed
ORDER BY listing_id, min(event_at), feed;

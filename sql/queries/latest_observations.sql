-- The newest live facts of each of these jobs.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, seen_at, proposals_min, proposals_max, interviewing, connects
FROM observation
WHERE rowid IN (SELECT rowid FROM observation WHERE key IN (SELECT unnest($keys::UBIGINT[])))
QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY seen_at DESC) = 1;

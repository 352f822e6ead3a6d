-- Of these jobs those that came otherwise than as a feed's news: there when their feed was first read ('backlog'), or pasted in ('judged').
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, 'backlog' AS mark
FROM alert_event
WHERE cause = 'backlog' AND listing_id IN (SELECT unnest($ids::VARCHAR[]))
GROUP BY listing_id
UNION ALL
SELECT listing_id, 'judged'
FROM presence
WHERE rowid IN (SELECT rowid FROM presence WHERE key IN (SELECT unnest($keys::UBIGINT[])))
GROUP BY listing_id
HAVING bool_and(feed = 'judged');

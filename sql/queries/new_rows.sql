-- The jobs that the newest rows of each table are about, so many rows of each: what a reader of before has to ask about again.
SELECT 'listing_edit' AS grew, listing_id FROM listing_edit WHERE rowid > (SELECT max(rowid) FROM listing_edit) - $listing_edit::BIGINT
UNION ALL
SELECT 'decision', listing_id FROM decision WHERE rowid > (SELECT max(rowid) FROM decision) - $decision::BIGINT
UNION ALL
SELECT 'observation', listing_id FROM observation WHERE rowid > (SELECT max(rowid) FROM observation) - $observation::BIGINT
UNION ALL
SELECT 'presence', listing_id FROM presence WHERE rowid > (SELECT max(rowid) FROM presence) - $presence::BIGINT
UNION ALL
SELECT 'alert_event', listing_id FROM alert_event WHERE rowid > (SELECT max(rowid) FROM alert_event) - $alert_event::BIGINT AND listing_id IS NOT NULL;

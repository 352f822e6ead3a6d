-- Each poll of a feed; what was pasted in came by none.
CREATE OR REPLACE VIEW polls AS
SELECT run_id, feed, started_at, outcome, http_status, bytes, entries, new_listings, skipped, error FROM poll
WHERE feed <> 'judged';

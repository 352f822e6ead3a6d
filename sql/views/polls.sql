-- Each poll of a feed; what was pasted in came by none.
CREATE OR REPLACE VIEW polls AS
SELECT run_id, feed, started_at, outcome, http_status, bytes, entries, new_listings, skipped, error FROM internal.poll
WHERE feed <> 'judged';
COMMENT ON VIEW polls IS 'One row per poll of a feed.';
COMMENT ON COLUMN polls.run_id IS 'the cycle';
COMMENT ON COLUMN polls.feed IS 'the feed''s name';
COMMENT ON COLUMN polls.started_at IS 'when it was asked';
COMMENT ON COLUMN polls.outcome IS 'ok, not_modified, partial, timeout …: a closed list';
COMMENT ON COLUMN polls.http_status IS 'as the server answered';
COMMENT ON COLUMN polls.bytes IS 'of the answer as it came';
COMMENT ON COLUMN polls.entries IS 'in the answer';
COMMENT ON COLUMN polls.new_listings IS 'jobs that no feed had brought before';
COMMENT ON COLUMN polls.skipped IS 'entries that could not be read';
COMMENT ON COLUMN polls.error IS 'what went wrong, without secrets';

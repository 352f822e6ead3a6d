-- Entries as they came.
CREATE OR REPLACE VIEW raw_entries AS
SELECT listing_id, feed, seen_at, raw FROM internal.raw_entry;
COMMENT ON VIEW raw_entries IS 'One row per entry as it came, the feed''s own secrets replaced.';
COMMENT ON COLUMN raw_entries.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN raw_entries.feed IS 'the feed that brought it';
COMMENT ON COLUMN raw_entries.seen_at IS 'when';
COMMENT ON COLUMN raw_entries.raw IS 'the entry''s elements';

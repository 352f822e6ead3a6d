-- Entries as they came.
CREATE OR REPLACE VIEW raw_entries AS
SELECT listing_id, feed, seen_at, raw FROM raw_entry;

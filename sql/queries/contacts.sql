-- Every second path, the oldest first.
SELECT contact_id, at_time, kind, note, amount, listing_id, next_on, outcome, updated_at FROM contacts ORDER BY at_time, contact_id;

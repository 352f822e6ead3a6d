-- Every second path, the oldest first.
SELECT contact_id, at_time, kind, note, amount FROM contacts ORDER BY at_time, contact_id;

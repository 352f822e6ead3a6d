-- The event that was recorded last, of those that weren't undone.
SELECT pursuit_id, listing_id, stage, at_time, connects, amount, objection, note, way, source, title, hours, led
FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
ORDER BY recorded_at DESC, pursuit.rowid DESC
LIMIT 1;

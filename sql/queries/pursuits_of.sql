-- The recorded events of these jobs that weren't undone, in order of time.
SELECT listing_id, stage, at_time, connects, amount, objection, note, way
FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
ORDER BY at_time, recorded_at;

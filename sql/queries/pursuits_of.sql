-- The recorded events of these jobs (or pursuits that no feed brought) that weren't undone, in order of time.
SELECT listing_id, stage, at_time, connects, amount, objection, note, way, source, title, hours, led
FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
ORDER BY at_time, recorded_at;

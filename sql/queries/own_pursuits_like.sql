-- The pursuits that no feed brought whose id begins so, with what they are called and where they came from.
SELECT listing_id, arg_min(title, recorded_at) AS title, arg_min(source, recorded_at) AS source
FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
WHERE title IS NOT NULL AND listing_id ^@ $prefix
GROUP BY listing_id
ORDER BY listing_id
LIMIT 2;
